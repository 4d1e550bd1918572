package import FoundationEssentials
package import Kernel
package import Web

/// An entry of the audit, as it is read: who did what, and never what was read or written.
package struct RecordedAct: Described, Equatable {
    package let id: Identifier<RecordedAct>
    package let at: Date
    /// Nobody for what the product did by itself, and for who could not sign in.
    package let by: AuditedPerson?
    package let action: String
    /// What the action is, in words.
    package let words: String
    package let kind: String
    package let objectId: UUID
    /// Whose data it was about.
    package let about: AuditedPerson?
    package let request: String?
    package let signInId: Identifier<SignIn>?
    /// The line of the policy that allowed it, or why it happened.
    package let rule: String

    package static let schema = Schema.object([
        .required("id", .identifier), .required("at", .time),
        .optional("by", AuditedPerson.schema.described("Nobody for what the product did by itself")),
        .required("action", .string(maxLength: 100).example("messages.read")),
        .required("words", .string(maxLength: 200).example("Read a conversation")),
        .required("kind", .oneOf(ActKind.self)), .required("object_id", .identifier),
        .optional("about", AuditedPerson.schema.described("Whose data it was about")),
        .optional("request", .string(maxLength: 200)), .optional("sign_in_id", .identifier),
        .required("rule", .string(maxLength: 500).described("What allowed it")),
    ])
}

/// A page of the audit, with the names of those who were asked about.
package struct AuditFindings: Sendable {
    package let page: Page<RecordedAct>
    package let people: [Identifier<Person>: AuditedPerson]
}
