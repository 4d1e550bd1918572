import FoundationEssentials
import Kernel
import Postgres

/// What residents need so that they can understand and be understood.
extension PeopleStore {
    /// Those that count now, in the order in which they were written down.
    func needs<Act: Permission>(
        _ decision: Decision<Act>, in tx: borrowing Transaction
    ) throws -> [CommunicationNeed] where Act.Object == Person {
        try tx.execute(
            """
            SELECT need.id, need.kind, need.words, need.sharing, need.review_due_on, need.recorded_at,
                review.reviewed_at, review.outcome, review.note
            FROM people.communication_need AS need
            LEFT JOIN LATERAL (
                SELECT reviewed_at, outcome, note FROM people.need_review
                WHERE need_review.tenant_id = app.tid() AND need_review.need_id = need.id
                ORDER BY reviewed_at DESC LIMIT 1) AS review ON true
            WHERE need.tenant_id = app.tid() AND need.resident_id = \(decision.object.uuid) AND need.ended_at IS NULL
            ORDER BY need.recorded_at, need.id
            """
        ).compactMap { row in
            // One that a newer release wrote is not this one's to read.
            guard let kind = NeedKind(rawValue: try row.read("kind")),
                let sharing = CommunicationNeed.Sharing(rawValue: try row.read("sharing"))
            else { return nil }
            return CommunicationNeed(
                id: try row.read("id"), residentId: decision.object, kind: kind, code: kind.code,
                words: try row.readIfPresent("words"), sharing: sharing, reviewDueOn: try row.read("review_due_on"),
                recordedAt: try row.read("recorded_at"), reviewedAt: try row.readIfPresent("reviewed_at"),
                outcome: try row.readIfPresent("outcome", as: String.self).flatMap { .init(rawValue: $0) },
                note: try row.readIfPresent("note"))
        }
    }

    func insert(
        _ need: NewNeed, id: Identifier<CommunicationNeed>, words: String?, review: LocalDate,
        _ decision: Decision<ChangeNeeds>, at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO people.communication_need
                (tenant_id, id, resident_id, kind, words, sharing, review_due_on, recorded_by, recorded_at)
            VALUES (app.tid(), \(id.uuid), \(decision.object.uuid), \(need.kind.rawValue), \(words),
                \(need.sharing.rawValue), \(review), \(decision.person.uuid), \(now))
            """)
    }

    /// Sets when it is looked at again; `false` if there is none such.
    func review(
        _ need: Identifier<CommunicationNeed>, as id: Identifier<NeedReview>, _ outcome: CommunicationNeed.Outcome,
        note: String?, next: LocalDate, _ decision: Decision<ChangeNeeds>, at now: Date, in tx: borrowing Transaction
    ) throws -> Bool {
        let found =
            try tx.execute(
                """
                UPDATE people.communication_need SET review_due_on = \(next)
                WHERE tenant_id = app.tid() AND id = \(need.uuid) AND resident_id = \(decision.object.uuid)
                    AND ended_at IS NULL
                """
            ).affected == 1
        guard found else { return false }
        try tx.execute(
            """
            INSERT INTO people.need_review (tenant_id, id, need_id, outcome, note, reviewed_by, reviewed_at)
            VALUES (app.tid(), \(id.uuid), \(need.uuid), \(outcome.rawValue), \(note), \(decision.person.uuid), \(now))
            """)
        return true
    }

    /// From now on it does not count; `false` if there is none such.
    func end(
        _ need: Identifier<CommunicationNeed>, because reason: String, _ decision: Decision<ChangeNeeds>, at now: Date,
        in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE people.communication_need
            SET ended_at = \(now), ended_by = \(decision.person.uuid), end_reason = \(reason)
            WHERE tenant_id = app.tid() AND id = \(need.uuid) AND resident_id = \(decision.object.uuid)
                AND ended_at IS NULL
            """
        ).affected == 1
    }
}
