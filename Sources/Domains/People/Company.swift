package import Kernel
package import Web

/// People as somebody finds them at this moment: who they are, and which of the staff among them are here.
package struct Company: Sendable {
    package let people: [Identifier<Person>: PersonSummary]
    /// Those who have the product open and let it be shown; nobody, for a reader who is not on the staff.
    ///
    /// A hint that is gone the next moment. It is in no reply that is stored, and nothing is decided by it.
    package let here: Set<Identifier<Person>>
}

extension Schema {
    /// Whether somebody is here, where it is said at all.
    package static let presence = Schema.boolean.described(
        "`true` for somebody on the staff who has the product open now, for readers on the staff. Left out otherwise, "
            + "which does not mean that they are away: people may choose not to have it shown")
}
