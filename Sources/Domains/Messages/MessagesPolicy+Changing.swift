package import Kernel

/// Who may change or remove what was said.
///
/// A message is its author's own while they are in the conversation. Its state is the conversation's, or `removed`.
package enum EditMessage: Permission {
    package typealias Object = Message
    package typealias Sight = ReadVersions
    package static let name = "messages.edit"
    package static let summary = "Say one’s own message better, soon after it was sent"
    package static let kind = ActKind.update
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["open"])]
}

package enum RetractMessage: Permission {
    package typealias Object = Message
    package typealias Sight = ReadVersions
    package static let name = "messages.retract"
    package static let summary = "Delete one’s own message, soon after it was sent"
    package static let kind = ActKind.softDelete
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["open"])]
}

/// For what was written about the wrong resident, or must not be read on for another reason.
package enum RemoveMessage: Permission {
    package typealias Object = Message
    package typealias Sight = ReadVersions
    package static let name = "messages.remove"
    package static let summary = "Remove somebody’s message, with a reason"
    package static let kind = ActKind.softDelete
    package static let rules = [Rule(Role.management, [.place], while: ["open", "closed"])]
}

/// The words of a removed message are for those who answer for the home, and every look at them is in the audit.
package enum ReadVersions: Permission {
    package typealias Object = Message
    package static let name = "messages.read_versions"
    package static let summary = "See the earlier words of a message; of a removed one, all of them"
    package static let kind = ActKind.read
    package static let rules = [
        Rule(Set(Role.allCases), [.member], while: ["open", "closed"]),
        Rule(Role.management, [.place], while: ["open", "closed", "removed"]),
    ]
}

/// Those who talk react; those who only watch over the home do not.
package enum ReactToMessage: Permission {
    package typealias Object = Message
    package typealias Sight = ReadVersions
    package static let name = "messages.react"
    package static let summary = "React to a message, or take it back"
    package static let kind = ActKind.update
    package static let rules = [Rule(Set(Role.allCases), [.member], while: ["open"])]
}

/// Tags sort what was said for those who work with it; a resident's family neither sets nor sees them.
package enum TagMessage: Permission {
    package typealias Object = Message
    package typealias Sight = ReadVersions
    package static let name = "messages.tag"
    package static let summary = "Say what a message is about, with tags"
    package static let kind = ActKind.update
    package static let rules = [Rule(Role.working, [.member], while: ["open"])]
}

package enum SeeTags: Permission {
    package typealias Object = Conversation
    package typealias Sight = ReadConversation
    package static let name = "messages.see_tags"
    package static let summary = "See what messages are about, by their tags"
    package static let kind = ActKind.read
    package static let rules = [
        Rule(Role.working, [.member], while: ["open", "closed"]),
        Rule(Role.management, [.place], while: ["open", "closed"]), Rule(PassOn.roles, [.passedOn], while: ["open"]),
    ]
}
