package import Kernel
package import People
package import Web

/// Which part of a conversation to read.
package enum MessageWindow: Sendable, Hashable {
    /// The end of it.
    case newest
    /// What was said before this number.
    case before(Int)
    /// What was said after this number.
    case after(Int)
    /// Around one message.
    case around(Identifier<Message>)
}

/// A part of a conversation, oldest first, and whether there is more on either side.
package struct Thread: Described, Equatable {
    package let detail: ConversationDetail
    package let messages: [Message]
    package let hasOlder: Bool
    package let hasNewer: Bool
    /// The reader's own membership; `nil` for somebody who oversees the home.
    package let membership: Member?
    /// Whether the reader answers for the home that the conversation is about.
    package var oversees: Bool?
    /// How the reader keeps it for themselves.
    package let arrangement: Arrangement?
    /// How long an urgent message waits here before it is passed on; absent where it is not.
    package var ladderMinutes: Int?
    /// For how long a message here may be changed by its author.
    package var changeMinutes: Int?
    /// The tags that may be given here.
    package var tags: [MessageTag]?
    /// Whether the reader says who is in this case; absent where it is none.
    package var managesCase: Bool?
    /// Who must not know of this case, where the reader says who is in it.
    package var denied: [PersonSummary]?

    package static let schema = Schema.object([
        .required("detail", ConversationDetail.schema), .required("messages", .array(Message.schema)),
        .required("has_older", .boolean), .required("has_newer", .boolean), .optional("membership", Member.schema),
        .optional("oversees", .boolean),
        .optional("arrangement", Arrangement.schema), .optional("ladder_minutes", .integer),
        .optional("change_minutes", .integer), .optional("tags", .array(.oneOf(MessageTag.self))),
        .optional("manages_case", .boolean), .optional("denied", .array(PersonSummary.schema)),
    ])
}

extension Thread {
    var window: ChangeWindow { ChangeWindow(minutes: self.changeMinutes ?? MessagePolicy.standard.changeMinutes) }
}
