import FoundationEssentials
import Kernel
import Postgres

/// What the organisation lets be done with messages.
extension MessagesStore {
    /// For a statement that has `LEFT JOIN messages.policy ON policy.tenant_id = app.tid()`.
    static let policyColumns: SQL =
        "policy.change_minutes, policy.tags AS allowed_tags, policy.version AS policy_version"

    static func policy(_ row: PostgresRow) throws -> MessagePolicy {
        guard let minutes = try row.readIfPresent("change_minutes", as: Int.self) else { return .standard }
        let names = try row.read("allowed_tags", as: [String].self)
        return MessagePolicy(
            changeMinutes: minutes, tags: MessageTag.allCases.filter { names.contains($0.rawValue) },
            version: try row.read("policy_version"))
    }

    func policy(in tx: borrowing Transaction) throws -> MessagePolicy {
        try tx.execute(
            "SELECT \(fragment: Self.policyColumns) FROM messages.policy WHERE tenant_id = app.tid()"
        ).first.map(Self.policy) ?? .standard
    }

    /// Writes it, if it is still the version that was seen; its new version, or nothing.
    func set(
        _ policy: MessagePolicyDraft, seen version: Int?, _ decision: Decision<ChangeMessagePolicy>, at now: Date,
        in tx: borrowing Transaction
    ) throws -> Int? {
        // Without a row the version is 1. Of two who see that, the second meets the row of the first.
        try tx.execute(
            """
            INSERT INTO messages.policy (tenant_id, change_minutes, tags, version, changed_by, changed_at)
            SELECT app.tid(), \(policy.changeMinutes), \(policy.tags.map(\.rawValue)), 2, \(decision.person.uuid), \(now)
            WHERE coalesce(\(version), 1) = 1 OR EXISTS (SELECT FROM messages.policy WHERE tenant_id = app.tid())
            ON CONFLICT (tenant_id) DO UPDATE SET change_minutes = excluded.change_minutes, tags = excluded.tags,
                version = policy.version + 1, changed_by = excluded.changed_by, changed_at = excluded.changed_at
            WHERE coalesce(\(version), policy.version) = policy.version
            RETURNING version
            """
        ).first.map { try $0.read("version") }
    }

    func tags(of message: Identifier<Message>, in tx: borrowing Transaction) throws -> Set<MessageTag> {
        let names = try tx.execute(
            "SELECT name FROM messages.tag WHERE tenant_id = app.tid() AND message_id = \(message.uuid)"
        ).map { try $0.read("name", as: String.self) }
        return Set(names.compactMap { MessageTag(rawValue: $0) })
    }
}
