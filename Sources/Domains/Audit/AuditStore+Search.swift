import FoundationEssentials
import Kernel
import Postgres

/// Reading, which the application may do through one function only.
extension AuditStore {
    /// What is looked for, once it is known which instants and which actions that is.
    struct Wanted: Sendable {
        var since: Date?
        var before: Date?
        var person: Identifier<Person>?
        var actions: [String]?
        var resident: Identifier<Person>?
        var object: UUID?
        var request: String?
    }

    struct Row: Sendable {
        let id: UUID
        let at: Date
        let person: Identifier<Person>?
        let signIn: Identifier<SignIn>?
        let request: String?
        let action: String
        let kind: String
        let object: UUID
        let resident: Identifier<Person>?
        let rule: String
    }

    func entries(
        _: Decision<SearchAudit>, _ wanted: Wanted, after: Keyset?, limit: Int, in tx: borrowing Transaction
    ) throws -> [Row] {
        try self.found(wanted, after: after, limit: limit, in: tx)
    }

    func entries(
        _: Decision<ExportAudit>, _ wanted: Wanted, after: Keyset?, limit: Int, in tx: borrowing Transaction
    ) throws -> [Row] {
        try self.found(wanted, after: after, limit: limit, in: tx)
    }

    /// Only about the resident who was decided on, whatever else is wanted.
    func entries(
        _ decision: Decision<ReadResidentAudit>, _ wanted: Wanted, after: Keyset?, limit: Int,
        in tx: borrowing Transaction
    ) throws -> [Row] {
        var wanted = wanted
        wanted.resident = decision.object
        return try self.found(wanted, after: after, limit: limit, in: tx)
    }

    private func found(
        _ wanted: Wanted, after: Keyset?, limit: Int, in tx: borrowing Transaction
    ) throws -> [Row] {
        let page = try Self.page(after)
        return try tx.execute(
            """
            SELECT id, at, person_id, sign_in_id, request, action, kind, object_id, resident_id, rule
            FROM audit.find(\(wanted.since), \(wanted.before), \(wanted.person?.uuid), \(wanted.actions),
                \(wanted.resident?.uuid), \(wanted.object), \(wanted.request), \(fragment: page.at), \(page.id),
                \(limit))
            ORDER BY at DESC, id DESC
            """
        ).map { row in
            Row(
                id: try row.read("id"), at: try row.read("at"),
                person: try row.readIfPresent("person_id", as: UUID.self).map { Identifier($0) },
                signIn: try row.readIfPresent("sign_in_id", as: UUID.self).map { Identifier($0) },
                request: try row.readIfPresent("request"), action: try row.read("action"),
                kind: try row.read("kind"), object: try row.read("object_id"),
                resident: try row.readIfPresent("resident_id", as: UUID.self).map { Identifier($0) },
                rule: try row.read("rule"))
        }
    }

    /// Where a page begins.
    private static func page(_ key: Keyset?) throws(Problem) -> (at: SQL, id: UUID?) {
        guard let key else { return ("NULL", nil) }
        guard key.parts.count == 2, let microseconds = key.parts.first.flatMap({ Int($0) }),
            // Until the year 3000; later ones are nobody's.
            (0...32_503_680_000_000_000).contains(microseconds),
            let id = key.parts.last.flatMap({ UUID(uuidString: $0) })
        else { throw Problem(.badRequest, "This page of the list cannot be found") }
        return ("timestamptz 'epoch' + \(microseconds) * interval '1 microsecond'", id)
    }

    /// Where a page ends.
    static func key(_ row: Row) -> Keyset {
        let microseconds = (row.at.timeIntervalSince1970 * 1_000_000).rounded()
        return Keyset("\(Int(microseconds))", row.id.uuidString)
    }
}
