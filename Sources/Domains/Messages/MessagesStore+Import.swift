package import FoundationEssentials
package import Jobs
package import Kernel
package import Postgres

/// Brings conversations in that were held elsewhere, or never: the demonstration's.
///
/// It asks no policy and tells nobody, because nobody is signed in yet.
package struct ConversationImport: Sendable {
    private let jobs: Jobs

    package init(jobs: Jobs) { self.jobs = jobs }

    package func bringIn(_ archive: ConversationArchive, in tx: borrowing Transaction) throws {
        guard let first = archive.entries.first, let last = archive.entries.last else { return }
        let place = archive.caseHome == nil ? archive.resident : nil
        let people = archive.readers.map(\.person.description).sorted() + (archive.resident.map { ["\($0.id)"] } ?? [])
        try tx.execute(
            """
            INSERT INTO messages.conversation
                (tenant_id, id, kind, subject, resident_id, home_id, unit_id, pair, last_seq, last_message_at,
                created_by, created_at, case_home_id)
            VALUES (app.tid(), \(archive.id.uuid), \(archive.kind.rawValue), \(archive.subject),
                \(archive.resident?.id.uuid), \(place?.home.uuid), \(place?.unit?.uuid),
                \(archive.kind == .direct ? people.joined(separator: " ") : nil), \(archive.entries.count),
                \(last.sentAt), \(first.author.uuid), \(first.sentAt), \(archive.caseHome?.uuid))
            """)
        let readers = archive.readers
        try tx.execute(
            """
            INSERT INTO messages.member (tenant_id, conversation_id, person_id, from_seq, read_seq, read_at)
            SELECT app.tid(), \(archive.id.uuid), person, from_seq, read_seq, nullif(read_at, 'epoch')
            FROM unnest(\(readers.map(\.person.uuid)), \(readers.map(\.fromSeq)), \(readers.map(\.readSeq)),
                \(readers.map { $0.readAt ?? Date(timeIntervalSince1970: 0) }))
                AS new (person, from_seq, read_seq, read_at)
            """)
        let entries = archive.entries
        try tx.execute(
            """
            INSERT INTO messages.message
                (tenant_id, id, conversation_id, seq, author_id, body, urgency, reply_to_id, sent_at)
            SELECT app.tid(), id, \(archive.id.uuid), seq, author, body, urgency, nullif(reply, '')::uuid, sent_at
            FROM unnest(\(entries.map(\.id.uuid)), \(Array(1...entries.count)), \(entries.map(\.author.uuid)),
                \(entries.map(\.body)), \(entries.map(\.urgency.rawValue)),
                \(entries.map { $0.replyTo?.description ?? "" }), \(entries.map(\.sentAt)))
                AS new (id, seq, author, body, urgency, reply, sent_at)
            """)
        try self.bringIn(entries, in: tx)
    }

    private func bringIn(_ entries: [ConversationArchive.Entry], in tx: borrowing Transaction) throws {
        let mentions = entries.flatMap { entry in entry.mentions.map { (entry.id.uuid, $0.uuid) } }
        try tx.execute(
            """
            INSERT INTO messages.mention (tenant_id, message_id, person_id)
            SELECT app.tid(), message, person
            FROM unnest(\(mentions.map(\.0)), \(mentions.map(\.1))) AS new (message, person)
            """)
        let asked = entries.flatMap { entry in entry.asked.map { (entry, $0.key, $0.value) } }
        try tx.execute(
            """
            INSERT INTO messages.acknowledgement (tenant_id, message_id, person_id, asked_at, at)
            SELECT app.tid(), message, person, asked_at, nullif(at, 'epoch')
            FROM unnest(\(asked.map(\.0.id.uuid)), \(asked.map(\.1.uuid)), \(asked.map(\.0.sentAt)),
                \(asked.map { $0.2 ?? Date(timeIntervalSince1970: 0) })) AS new (message, person, asked_at, at)
            """)
        for entry in entries {
            if let step = entry.passedOn { try self.passOn(entry.id, step, in: tx) }
        }
    }

    /// As if the ladder had taken its first step, so that the queue takes the next.
    private func passOn(
        _ message: Identifier<Message>, _ step: ConversationArchive.PassedOn, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO messages.ladder_step (tenant_id, message_id, number, rung, at)
            VALUES (app.tid(), \(message.uuid), 1, \(LadderStep.Rung.shift.rawValue), \(step.at))
            """)
        try tx.execute(
            """
            INSERT INTO messages.ladder_asked (tenant_id, message_id, number, person_id)
            VALUES (app.tid(), \(message.uuid), 1, \(step.person.uuid))
            """)
        let next = ClimbLadder(message: message, step: 2)
        try self.jobs.enqueue(next, key: next.key, at: step.next, in: tx)
    }
}

/// What was prepared to be said: templates, what goes later, and how long a home waits for an answer.
extension ConversationImport {
    package func bringIn(_ templates: [TemplateArchive], in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO messages.template (tenant_id, id, created_at)
            SELECT app.tid(), id, at FROM unnest(\(templates.map(\.id.uuid)), \(templates.map(\.writtenAt)))
                AS new (id, at)
            """)
        try tx.execute(
            """
            INSERT INTO messages.template_version (tenant_id, template_id, version, title, body, written_by, written_at)
            SELECT app.tid(), id, 1, title, body, writer, at
            FROM unnest(\(templates.map(\.id.uuid)), \(templates.map(\.draft.title)), \(templates.map(\.draft.body)),
                \(templates.map(\.writtenBy.uuid)), \(templates.map(\.writtenAt))) AS new (id, title, body, writer, at)
            """)
    }

    package func bringIn(_ message: ScheduledArchive, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO messages.scheduled (tenant_id, id, conversation_id, author_id, body, urgency, goes_at, created_at)
            VALUES (app.tid(), \(message.id.uuid), \(message.conversation.uuid), \(message.author.uuid), \(message.body),
                \(message.urgency.rawValue), \(message.goesAt), \(message.writtenAt))
            """)
        let job = SendScheduled(message: message.id, version: 1)
        try self.jobs.enqueue(job, key: job.key, at: message.goesAt, in: tx)
    }

    package func set(
        _ policy: LadderPolicy, of home: Identifier<Home>, by person: Identifier<Person>, at now: Date,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO messages.ladder_policy
                (tenant_id, home_id, step_minutes, shift_steps, repeat_minutes, repeats, changed_by, changed_at)
            VALUES (app.tid(), \(home.uuid), \(policy.stepMinutes), \(policy.shiftSteps), \(policy.repeatMinutes),
                \(policy.repeats), \(person.uuid), \(now))
            """)
    }
}
