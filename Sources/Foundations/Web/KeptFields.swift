import FoundationEssentials
package import Hummingbird
package import Kernel

/// What a form had sent when its sender's sign-in was over, to be kept until they come back for it.
package struct KeptFields: Codable, Sendable {
    package struct Field: Codable, Sendable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Where it is sent, with its parameters; a path of this site.
    package let action: String
    /// The form's own, so that what has arrived after all has its effect once.
    package let key: String
    package let fields: [Field]

    package init(action: String, key: String, fields: [Field]) {
        self.action = action
        self.key = key
        self.fields = fields
    }
}

extension KeptFields {
    /// What a page that locks itself sends of something half written: where it would go, its key, and its fields.
    package static let draftFields: [FormField] = [
        .aside("kept_action", maxLength: 2_000), .aside("kept_key", maxLength: 64),
        .aside("kept_fields", maxLength: 60_000),
    ]

    /// `nil` if there is none, or it is none that a page of ours would send.
    package init?(draft form: Form) {
        self.init(
            action: form.text("kept_action"), key: form.text("kept_key"), fields: form.text("kept_fields"))
    }

    init?(draft pairs: [URLEncoded.Pair]) {
        func value(_ name: String) -> String { pairs.first { $0.name == name }?.value ?? "" }
        self.init(action: value("kept_action"), key: value("kept_key"), fields: value("kept_fields"))
    }

    private init?(action: String, key: String, fields text: String) {
        guard let action = localPath(action), key.utf8.count <= 64, !key.isEmpty, !text.isEmpty,
            let fields = try? URLEncoded.parse(Array(text.utf8)), fields.count <= 100
        else { return nil }
        self.init(
            action: action, key: key,
            fields: fields.filter { !["csrf", "key"].contains($0.name) }.map { .init(name: $0.name, value: $0.value) })
    }
}

/// Keeps the form of somebody whose sign-in ended by its time, or is locked.
package struct FormKeeper: Sendable {
    /// From which the token of the form was made.
    package let formKey: Redacted<String>
    /// Keeps it, and says where to go for it after signing in.
    package let keep: @Sendable (KeptFields) async throws -> String

    package init(formKey: String, keep: @escaping @Sendable (KeptFields) async throws -> String) {
        self.formKey = Redacted(formKey)
        self.keep = keep
    }
}

/// Finds out whether a request comes from somebody whose form is to be kept.
package typealias FormKeeping = @Sendable (Request) async throws -> FormKeeper?
