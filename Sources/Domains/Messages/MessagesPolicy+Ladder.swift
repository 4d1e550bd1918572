package import Kernel

/// Who may see and change how messages are passed on in a home: all who work there, and those who answer for it.
package enum ReadLadderPolicy: Permission {
    package typealias Object = Home
    package static let name = "messages.read_ladder_policy"
    package static let summary = "See what happens in a home when nobody answers an urgent message"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.staff, [.place, .member], while: ["open"])]
}

package enum ChangeLadderPolicy: Permission {
    package typealias Object = Home
    package typealias Sight = ReadLadderPolicy
    package static let name = "messages.change_ladder_policy"
    package static let summary = "Decide what happens in a home when nobody answers an urgent message"
    package static let kind = ActKind.config
    package static let rules = [Rule(Role.management, [.place], while: ["open"])]
    package static let asksForCode = true
}

/// To whom a message was passed on says who works when, so a resident's family is not told.
package enum ReadLadder: Permission {
    package typealias Object = Conversation
    package typealias Sight = ReadConversation
    package static let name = "messages.read_ladder"
    package static let summary = "See to whom an urgent message was passed on"
    package static let kind = ActKind.read
    package static let rules = SeeTags.rules
}

/// Not decided by anybody: it follows from nobody's answer.
package enum PassOn: Act {
    package static let name = "messages.pass_on"
    package static let summary = "Pass an urgent message on that nobody has answered"
    package static let kind = ActKind.share

    /// To whom a message about a resident may be passed on: those who give care, and those who answer for it.
    ///
    /// Whoever runs the house may be on the rota, and reads no care.
    package static let roles = Role.management.union(Role.care).union([.safeguardingLead])
}
