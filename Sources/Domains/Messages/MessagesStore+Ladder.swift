import FoundationEssentials
import Kernel
import People
import Postgres

/// Urgent messages that are passed on while nobody answers.
extension MessagesStore {
    /// A step, as it is stored.
    struct StepRow: Sendable {
        let number: Int
        let rung: LadderStep.Rung
        let at: Date
        var people: [Identifier<Person>]

        func step(_ known: [Identifier<Person>: PersonSummary]) -> LadderStep {
            LadderStep(number: self.number, rung: self.rung, people: self.people.map(known.summary), at: self.at)
        }
    }

    /// A message as its ladder needs to know it; its conversation stays as it is until the commit.
    struct LadderFacts: Sendable {
        let conversation: Identifier<Conversation>
        let resident: Identifier<Person>?
        let place: Place
        let author: Identifier<Person>
        /// Whether it waits for an answer that nobody has given.
        let isWaiting: Bool
        let taken: [LadderStep.Rung]
        /// To whom it was said, and to whom it was passed on.
        let asked: Set<Identifier<Person>>
    }

    /// The first message that was passed on to somebody in a conversation and still is theirs to see.
    ///
    /// Until anybody answers it; whoever answered it keeps it, because they answer for what they did.
    static func passedFrom(to person: Identifier<Person>) -> SQL {
        """
        (SELECT min(passed.seq) FROM messages.ladder_asked AS asked
            JOIN messages.message AS passed ON passed.tenant_id = app.tid() AND passed.id = asked.message_id
            WHERE asked.tenant_id = app.tid() AND asked.person_id = \(person.uuid)
                AND passed.conversation_id = conversation.id AND passed.removed_at IS NULL
                AND NOT EXISTS (SELECT FROM messages.acknowledgement AS given
                    WHERE given.tenant_id = app.tid() AND given.message_id = passed.id AND given.at IS NOT NULL
                        AND NOT EXISTS (SELECT FROM messages.acknowledgement AS own
                            WHERE own.tenant_id = app.tid() AND own.message_id = passed.id
                                AND own.person_id = \(person.uuid) AND own.at IS NOT NULL)))
        """
    }

    /// What was passed on to somebody to whom it was not said, and nobody has answered; and since when.
    static func waitingOnLadder(for person: Identifier<Person>) -> SQL {
        """
        SELECT asked.message_id, min(step.at) AS at FROM messages.ladder_asked AS asked
        JOIN messages.ladder_step AS step ON step.tenant_id = app.tid() AND step.message_id = asked.message_id
            AND step.number = asked.number
        WHERE asked.tenant_id = app.tid() AND asked.person_id = \(person.uuid)
            AND NOT EXISTS (SELECT FROM messages.acknowledgement AS given WHERE given.tenant_id = app.tid()
                AND given.message_id = asked.message_id
                AND (given.at IS NOT NULL OR given.person_id = \(person.uuid)))
        GROUP BY asked.message_id
        """
    }

    // MARK: Climbing

    /// Two statements: what the second reads is as it was when the first had the lock.
    func holdLadder(of message: Identifier<Message>, in tx: borrowing Transaction) throws -> LadderFacts? {
        let held = try tx.execute(
            """
            SELECT conversation.id, conversation.resident_id, conversation.home_id, conversation.unit_id,
                conversation.state, message.author_id
            FROM messages.message
            JOIN messages.conversation ON conversation.tenant_id = app.tid()
                AND conversation.id = message.conversation_id
            WHERE message.tenant_id = app.tid() AND message.id = \(message.uuid) FOR UPDATE OF conversation
            """
        ).first
        guard let held, let home = try held.readIfPresent("home_id", as: UUID.self) else { return nil }
        let state = try tx.execute(
            """
            SELECT removed_at IS NULL AS is_there, EXISTS (
                    SELECT FROM messages.acknowledgement WHERE acknowledgement.tenant_id = app.tid()
                        AND acknowledgement.message_id = message.id AND at IS NOT NULL) AS is_answered,
                ARRAY(SELECT rung FROM messages.ladder_step WHERE ladder_step.tenant_id = app.tid()
                    AND ladder_step.message_id = message.id ORDER BY number) AS taken,
                ARRAY(SELECT person_id FROM messages.acknowledgement WHERE acknowledgement.tenant_id = app.tid()
                        AND acknowledgement.message_id = message.id
                    UNION SELECT person_id FROM messages.ladder_asked WHERE ladder_asked.tenant_id = app.tid()
                        AND ladder_asked.message_id = message.id) AS asked
            FROM messages.message WHERE tenant_id = app.tid() AND id = \(message.uuid)
            """
        ).first
        guard let state else { return nil }
        let isOpen = try held.read("state", as: String.self) == "open"
        let isThere = try state.read("is_there", as: Bool.self)
        let isAnswered = try state.read("is_answered", as: Bool.self)
        return LadderFacts(
            conversation: Identifier(try held.read("id")),
            resident: try held.readIfPresent("resident_id", as: UUID.self).map { Identifier($0) },
            place: Place(
                home: Identifier(home),
                unit: try held.readIfPresent("unit_id", as: UUID.self).map { Identifier($0) }),
            author: Identifier(try held.read("author_id")), isWaiting: isOpen && isThere && !isAnswered,
            taken: try state.read("taken", as: [String].self).compactMap { LadderStep.Rung(rawValue: $0) },
            asked: Set(try state.read("asked", as: [UUID].self).map { Identifier($0) }))
    }

    /// Takes a step; `false` if it has been taken.
    func insert(
        _ number: Int, _ next: LadderPlan.Next, of message: Identifier<Message>, at now: Date,
        in tx: borrowing Transaction
    ) throws -> Bool {
        let isNew =
            try tx.execute(
                """
                INSERT INTO messages.ladder_step (tenant_id, message_id, number, rung, at)
                VALUES (app.tid(), \(message.uuid), \(number), \(next.rung.rawValue), \(now)) ON CONFLICT DO NOTHING
                """
            ).affected == 1
        guard isNew else { return false }
        try tx.execute(
            """
            INSERT INTO messages.ladder_asked (tenant_id, message_id, number, person_id)
            SELECT app.tid(), \(message.uuid), \(number), person FROM unnest(\(next.people.map(\.uuid))) AS person
            """)
        return true
    }

    /// To whom a message was passed on.
    func askedByLadder(
        _ message: Identifier<Message>, in tx: borrowing Transaction
    ) throws -> Set<Identifier<Person>> {
        Set(
            try tx.execute(
                """
                SELECT DISTINCT person_id FROM messages.ladder_asked
                WHERE tenant_id = app.tid() AND message_id = \(message.uuid)
                """
            ).map { Identifier(try $0.read("person_id")) })
    }

    // MARK: Answering

    /// Asks somebody to whom a message was passed on, if nobody has answered it.
    func ask(
        _ person: Identifier<Person>, to message: Identifier<Message>, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO messages.acknowledgement (tenant_id, message_id, person_id, asked_at)
            SELECT app.tid(), step.message_id, \(person.uuid), min(step.at) FROM messages.ladder_asked AS asked
            JOIN messages.ladder_step AS step ON step.tenant_id = app.tid() AND step.message_id = asked.message_id
                AND step.number = asked.number
            WHERE asked.tenant_id = app.tid() AND asked.message_id = \(message.uuid)
                AND asked.person_id = \(person.uuid)
                AND NOT EXISTS (SELECT FROM messages.acknowledgement AS given WHERE given.tenant_id = app.tid()
                    AND given.message_id = \(message.uuid) AND given.at IS NOT NULL)
            GROUP BY step.message_id
            ON CONFLICT DO NOTHING
            """)
    }

    /// Whether a message of the conversation was passed on to somebody, and another one has answered it.
    func isTakenOn(
        _ message: Identifier<Message>, in conversation: Identifier<Conversation>, besides person: Identifier<Person>,
        in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            SELECT 1 FROM messages.message
            WHERE tenant_id = app.tid() AND id = \(message.uuid) AND conversation_id = \(conversation.uuid)
                AND EXISTS (SELECT FROM messages.ladder_asked AS asked WHERE asked.tenant_id = app.tid()
                    AND asked.message_id = message.id AND asked.person_id = \(person.uuid))
                AND EXISTS (SELECT FROM messages.acknowledgement AS given WHERE given.tenant_id = app.tid()
                    AND given.message_id = message.id AND given.at IS NOT NULL)
            """
        ).first != nil
    }

    /// Takes in who answered what was passed on to them, from that message on.
    func takeIn(_ decision: Decision<AcknowledgeMessage>, from seq: Int, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO messages.member (tenant_id, conversation_id, person_id, from_seq, read_seq)
            VALUES (app.tid(), \(decision.object.uuid), \(decision.person.uuid), \(seq), \(seq))
            ON CONFLICT (tenant_id, conversation_id, person_id) DO UPDATE
                SET from_seq = excluded.from_seq, read_seq = excluded.read_seq, until_seq = NULL
                WHERE member.until_seq IS NOT NULL
            """)
    }

    /// What was passed on to somebody and nobody has answered, the oldest first.
    func passedOn(
        to decision: Decision<ListConversations>, limit: Int, in tx: borrowing Transaction
    ) throws -> [(row: MessageRow, at: Date, home: Identifier<Home>)] {
        try tx.execute(
            """
            SELECT \(fragment: Self.messageColumns), mine.at AS passed_at, conversation.home_id
            FROM (\(fragment: Self.waitingOnLadder(for: decision.person))) AS mine
            JOIN messages.message ON message.tenant_id = app.tid() AND message.id = mine.message_id
                AND message.removed_at IS NULL
            JOIN messages.conversation ON conversation.tenant_id = app.tid()
                AND conversation.id = message.conversation_id AND conversation.state = 'open'
                AND conversation.home_id IS NOT NULL
            ORDER BY message.sent_at, message.id LIMIT \(limit)
            """
        ).map { row in
            (try Self.message(row), try row.read("passed_at"), Identifier(try row.read("home_id")))
        }
    }

    // MARK: The policy

    func ladderPolicy(of home: Identifier<Home>, in tx: borrowing Transaction) throws -> LadderPolicy? {
        try tx.execute(
            """
            SELECT step_minutes, shift_steps, repeat_minutes, repeats FROM messages.ladder_policy
            WHERE tenant_id = app.tid() AND home_id = \(home.uuid)
            """
        ).first.map { row in
            LadderPolicy(
                stepMinutes: try row.read("step_minutes"), shiftSteps: try row.read("shift_steps"),
                repeatMinutes: try row.read("repeat_minutes"), repeats: try row.read("repeats"))
        }
    }

    func set(
        _ policy: LadderPolicy, _ decision: Decision<ChangeLadderPolicy>, at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO messages.ladder_policy
                (tenant_id, home_id, step_minutes, shift_steps, repeat_minutes, repeats, changed_by, changed_at)
            VALUES (app.tid(), \(decision.object.uuid), \(policy.stepMinutes), \(policy.shiftSteps),
                \(policy.repeatMinutes), \(policy.repeats), \(decision.person.uuid), \(now))
            ON CONFLICT (tenant_id, home_id) DO UPDATE SET step_minutes = excluded.step_minutes,
                shift_steps = excluded.shift_steps, repeat_minutes = excluded.repeat_minutes,
                repeats = excluded.repeats, changed_by = excluded.changed_by, changed_at = excluded.changed_at
            """)
    }
}

extension MessagesStore.Attachments {
    /// Such as `2 shift`, and one person of it.
    mutating func addStep(_ row: PostgresRow, of message: Identifier<Message>) throws {
        let parts = try row.read("excerpt", as: String.self).split(separator: " ")
        let person = try row.readIfPresent("person_id", as: UUID.self).map { Identifier<Person>($0) }
        guard let number = parts.first.flatMap({ Int($0) }),
            let rung = parts.last.flatMap({ LadderStep.Rung(rawValue: String($0)) })
        else { return }
        var steps = self.steps[message, default: []]
        if let index = steps.firstIndex(where: { $0.number == number }) {
            if let person { steps[index].people.append(person) }
        } else {
            steps.append(
                MessagesStore.StepRow(
                    number: number, rung: rung, at: try row.read("at"), people: person.map { [$0] } ?? []))
        }
        self.steps[message] = steps.sorted { $0.number < $1.number }
    }
}
