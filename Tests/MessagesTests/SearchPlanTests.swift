import Foundation
import Kernel
import Postgres
import TestKit
import Testing

@testable import Messages

/// How PostgreSQL looks for words, where two organisations have said much.
@Suite(.database, .timeLimit(.minutes(3))) struct SearchPlanTests {
    let database = TestDatabase.current.open()

    private func plan(_ statement: SQL, in tx: borrowing Transaction) throws -> String {
        try tx.execute(statement).map { try $0.read("\"QUERY PLAN\"", as: String.self) }.joined(separator: "\n")
    }

    @Test func `the function looks the words up in the index, with the organisation; without it nothing can`()
        async throws
    {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        var people: [Principal] = []
        for _ in 0..<2 {
            let kit = try await MessagesKit(self.database)
            let ann = try await kit.organisation.hire(.careAssistant)
            let ben = try await kit.organisation.hire(.seniorCarer)
            // As in a provider's second year: many conversations, some hundred messages in each.
            try await admin.transaction(as: .system("test")) { tx in
                _ = try tx.execute(
                    """
                    WITH made AS (
                        INSERT INTO messages.conversation
                            (tenant_id, id, kind, subject, last_message_at, created_by, created_at)
                        SELECT \(ann.organisation.uuid), gen_random_uuid(), 'group', 'Group', now(),
                            \(ann.person.uuid), now()
                        FROM generate_series(1, 100) RETURNING tenant_id, id
                    ), members AS (
                        INSERT INTO messages.member (tenant_id, conversation_id, person_id)
                        SELECT tenant_id, id, person FROM made, unnest(\([ann.person.uuid, ben.person.uuid])) AS person
                    )
                    INSERT INTO messages.message
                        (tenant_id, id, conversation_id, seq, author_id, body, urgency, sent_at)
                    SELECT tenant_id, gen_random_uuid(), id, number, \(ann.person.uuid),
                        CASE WHEN number % 100 = 0 THEN 'heliotrope ' ELSE 'ordinary ' END || number, 'routine',
                        now() - number * interval '1 minute'
                    FROM made, generate_series(1, 100) AS number
                    """)
            }
            people.append(ann)
        }
        try await admin.transaction(as: .system("test")) { tx in
            // As the server does by itself after a while: what is new lies beside the index until then.
            _ = try tx.execute("SELECT gin_clean_pending_list('messages.message_words')")
            for table in ["message", "conversation", "member"] {
                _ = try tx.execute("ANALYZE messages.\(unsafeText: table)")
            }
        }
        let ann = try #require(people.first)
        let found = try await admin.transaction(as: ann) { tx in
            let function = try tx.execute(
                """
                SELECT prosrc, proargnames[1:pronargs] AS names, (
                    SELECT string_agg(format_type(type, NULL), ', ') FROM unnest(proargtypes) AS type) AS types
                FROM pg_proc WHERE oid = 'messages.find'::regproc
                """
            ).first
            guard let function else { throw CancellationError() }
            var text = try function.read("prosrc", as: String.self)
            for (index, name) in try function.read("names", as: [String].self).enumerated() {
                text = text.replacing(try Regex("\\b\(name)\\b"), with: "$\(index + 1)")
            }
            let types = try function.read("types", as: String.self)
            // As a function in SQL is planned: without knowing what it is given.
            _ = try tx.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            _ = try tx.execute("SET LOCAL enable_nestloop = off")
            _ = try tx.execute("PREPARE found (\(unsafeText: types)) AS \(unsafeText: text)")
            let arguments = """
                'heliotrope', NULL, '{open}', '{}', '{}', '{}', NULL, NULL, NULL, NULL, NULL, false, NULL, NULL, 20
                """
            let plan = try self.plan("EXPLAIN EXECUTE found (\(unsafeText: arguments))", in: tx)
            _ = try tx.execute("DEALLOCATE found")
            return plan
        }
        #expect(found.contains("Bitmap Index Scan on message_words"), "\(found)")
        #expect(found.contains(/Index Cond: \(\(.*tenant_id = .*@@/), "\(found)")
        #expect(found.contains("Index Scan Backward using message_sent"), "\(found)")
        #expect(!found.contains("message_tenant_id_conversation_id_seq_key"), "\(found)")

        // The reason for the function: the application's own statement cannot use the index for the words.
        let direct = try await self.database.transaction(as: ann) { tx in
            try self.plan(
                "EXPLAIN SELECT FROM messages.message WHERE words @@ 'heliotrope'::tsquery", in: tx)
        }
        #expect(!direct.contains(/Index Cond: .*@@/), "\(direct)")

        let search = MessageSearch(text: "heliotrope")
        let page = try await MessagesKit(self.database).messages.search(
            search, in: LocalTime(zone: "Europe/London", now: Date()), limit: 100, for: ann)
        #expect(page.items.count == 100)
        await admin.shutDown()
    }
}
