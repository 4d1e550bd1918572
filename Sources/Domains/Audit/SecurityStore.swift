import FoundationEssentials
import Kernel
import Postgres
import Web

/// Every statement about the security log.
struct SecurityStore: Sendable {
    /// What an act in the audit is to the security log, in its own transaction.
    func insert(_ entry: AuditEntry, _ kind: SecurityKind, about subject: Identifier<Person>?, address: String?) -> SQL
    {
        """
        INSERT INTO audit.security_event (tenant_id, at, kind, person_id, subject_id, rule, address, request)
        VALUES (app.tid(), clock_timestamp(), \(kind.rawValue), \(entry.person?.uuid), \(subject?.uuid),
            \(String(entry.rule.prefix(200))), \(address), nullif(current_setting('app.request', true), ''))
        """
    }

    func report(_ rows: [SecurityBook.Row], at now: Date, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            SELECT audit.report_security(\(now), \(rows.map(\.notice.organisation?.uuid)),
                \(rows.map(\.notice.kind.rawValue)), \(rows.map(\.notice.person?.uuid)),
                \(rows.map { String($0.notice.rule.prefix(200)) }), \(rows.map(\.notice.address)), \(rows.map(\.count)))
            """)
    }

    func forget(before: Date, atMost batch: Int) -> SQL { "SELECT audit.forget_security(\(before), \(batch)) AS count" }

    struct Row: Sendable {
        let id: UUID
        let at: Date
        let kind: SecurityKind
        let person: Identifier<Person>?
        let subject: Identifier<Person>?
        let rule: String
        let address: String?
        let request: String?
        let count: Int
    }

    /// The newest first; kinds of a later release are left out.
    func events<Act: Permission>(
        _: Decision<Act>, _ filter: SecurityFilter, after: Keyset?, limit: Int, in tx: borrowing Transaction
    ) throws -> [Row] {
        let kinds = filter.kind.map { [$0] } ?? SecurityKind.allCases
        let who: SQL = filter.person.map { "AND (person_id = \($0.uuid) OR subject_id = \($0.uuid))" } ?? ""
        return try tx.execute(
            """
            SELECT id, at, kind, person_id, subject_id, rule, address, request, count FROM audit.security_event
            WHERE tenant_id = app.tid() AND kind = ANY (\(kinds.map(\.rawValue))) \(fragment: who)
                \(fragment: try Self.following(after))
            ORDER BY at DESC, id DESC LIMIT \(limit)
            """
        ).compactMap { row in
            guard let kind = SecurityKind(rawValue: try row.read("kind")) else { return nil }
            return Row(
                id: try row.read("id"), at: try row.read("at"), kind: kind,
                person: try row.readIfPresent("person_id", as: UUID.self).map { Identifier($0) },
                subject: try row.readIfPresent("subject_id", as: UUID.self).map { Identifier($0) },
                rule: try row.read("rule"), address: try row.readIfPresent("address"),
                request: try row.readIfPresent("request"), count: try row.read("count"))
        }
    }

    private static func following(_ key: Keyset?) throws -> SQL {
        guard let key else { return "" }
        guard key.parts.count == 2, let microseconds = key.parts.first.flatMap({ Int($0) }),
            // Until the year 3000; later ones are nobody's.
            (0...32_503_680_000_000_000).contains(microseconds),
            let id = key.parts.last.flatMap({ UUID(uuidString: $0) })
        else { throw Problem(.badRequest, "This page of the list cannot be found") }
        return "AND (at, id) < (timestamptz 'epoch' + \(microseconds) * interval '1 microsecond', \(id))"
    }

    static func key(_ row: Row) -> Keyset {
        Keyset("\(Int((row.at.timeIntervalSince1970 * 1_000_000).rounded()))", row.id.uuidString)
    }

    // MARK: What needs a look

    struct AlertRow: Sendable {
        let kind: SecurityAlert.Kind
        let person: Identifier<Person>?
        let count: Int
        let at: Date
    }

    /// What is new to the reader, of a week at most, and often enough to be worth a look.
    func alerts(
        _ decision: Decision<ReadSecurityLog>, since: Date, in tx: borrowing Transaction
    ) throws -> [AlertRow] {
        try tx.execute(
            """
            WITH fresh AS (
                SELECT kind, at, count, person_id, subject_id, rule FROM audit.security_event
                WHERE tenant_id = app.tid() AND at > greatest(\(since), coalesce((
                    SELECT seen_until FROM audit.security_mark
                    WHERE tenant_id = app.tid() AND person_id = \(decision.person.uuid)), '-infinity'))
            ), found AS (
                SELECT 'many_failures' AS kind, subject_id AS person, sum(count)::bigint AS number, max(at) AS at,
                    10 AS enough
                FROM fresh WHERE subject_id IS NOT NULL
                    AND kind IN ('sign_in_failed', 'code_failed', 'password_failed', 'pin_failed')
                GROUP BY subject_id
                UNION ALL
                SELECT 'new_device', person_id, sum(count)::bigint, max(at), 1 FROM fresh
                WHERE kind = 'new_device' AND rule = 'administrative' GROUP BY person_id
                UNION ALL
                SELECT 'token_reused', person_id, sum(count)::bigint, max(at), 1 FROM fresh
                WHERE kind = 'token_reused' GROUP BY person_id
                UNION ALL
                SELECT 'role_given', subject_id, sum(count)::bigint, max(at), 1 FROM fresh
                WHERE kind = 'role_given' GROUP BY subject_id
                UNION ALL
                SELECT 'limit_reached', person_id, sum(count)::bigint, max(at), 20 FROM fresh
                WHERE kind = 'limit_reached' AND person_id IS NOT NULL GROUP BY person_id
                UNION ALL
                SELECT 'emergency_opened', person_id, sum(count)::bigint, max(at), 1 FROM fresh
                WHERE kind = 'emergency_opened' GROUP BY person_id
            )
            SELECT kind, person, number, at FROM found WHERE number >= enough ORDER BY at DESC, kind, person LIMIT 50
            """
        ).compactMap { row in
            guard let kind = SecurityAlert.Kind(rawValue: try row.read("kind")) else { return nil }
            return AlertRow(
                kind: kind, person: try row.readIfPresent("person", as: UUID.self).map { Identifier($0) },
                count: try row.read("number"), at: try row.read("at"))
        }
    }

    /// Moves the mark forward, never back.
    func mark(seen until: Date, _ decision: Decision<MarkAlertsSeen>, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO audit.security_mark (tenant_id, person_id, seen_until)
            VALUES (app.tid(), \(decision.person.uuid), \(until))
            ON CONFLICT (tenant_id, person_id) DO UPDATE
                SET seen_until = greatest(security_mark.seen_until, excluded.seen_until)
            """)
    }
}
