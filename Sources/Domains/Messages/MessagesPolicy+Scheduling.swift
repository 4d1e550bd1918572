package import Kernel

/// Who may have something said later; what they may say then is decided again when it goes.
package enum ScheduleMessage: Permission {
    package typealias Object = Conversation
    package typealias Sight = ReadConversation
    package static let name = "messages.schedule"
    package static let summary = "Have something said in a conversation later"
    package static let kind = ActKind.create
    package static let rules = [Rule(Role.working, [.member], while: ["open"])]
}

package enum PrepareSchedule: Permission {
    package typealias Object = Conversation
    package typealias Sight = ReadConversation
    package static let name = "messages.prepare_schedule"
    package static let summary = "Open the form for something to be said later"
    package static let kind = ActKind.read
    package static let rules = ScheduleMessage.rules
}

package enum ListScheduled: Permission {
    package typealias Object = Organisation
    package static let name = "messages.list_scheduled"
    package static let summary = "List one’s own messages that are to be sent later"
    package static let kind = ActKind.read
    package static let rules = [Rule(Set(Role.allCases), [.member], while: ["open"])]
}

package enum ReadScheduled: Permission {
    package typealias Object = ScheduledMessage
    package static let name = "messages.read_scheduled"
    package static let summary = "Read one’s own message that is to be sent later"
    package static let kind = ActKind.read
    package static let rules = [
        Rule(Set(Role.allCases), [.own], while: Set(ScheduledMessage.State.allCases.map(\.rawValue)))
    ]
}

package enum ChangeScheduled: Permission {
    package typealias Object = ScheduledMessage
    package typealias Sight = ReadScheduled
    package static let name = "messages.change_scheduled"
    package static let summary = "Change one’s own message that is to be sent later, or take it back"
    package static let kind = ActKind.update
    package static let rules = ReadScheduled.rules
}
