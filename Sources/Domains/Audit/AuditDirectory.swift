package import Kernel
package import Postgres
package import Web

/// Somebody whom the audit names.
package struct AuditedPerson: Described, Equatable {
    package let id: Identifier<Person>
    package let name: String
    /// Their work, or "Resident"; empty if nothing is known.
    package let title: String

    package init(id: Identifier<Person>, name: String, title: String) {
        self.id = id
        self.name = name
        self.title = title
    }

    package static let schema = Schema.object([
        .required("id", .identifier), .required("name", .string(maxLength: 200)),
        .required("title", .string(maxLength: 200)),
    ])
}

/// Who people are, and how somebody stands to a resident.
///
/// It is given from outside, because the module that knows writes its own acts down here.
package struct AuditDirectory: Sendable {
    package typealias Names =
        @Sendable (Set<Identifier<Person>>, borrowing Transaction) throws -> [Identifier<Person>: AuditedPerson]
    package typealias Standings =
        @Sendable (Principal, Identifier<Person>, borrowing Transaction) throws -> Standing<Person>?

    let names: Names
    let standing: Standings

    package init(names: @escaping Names, standing: @escaping Standings) {
        self.names = names
        self.standing = standing
    }
}
