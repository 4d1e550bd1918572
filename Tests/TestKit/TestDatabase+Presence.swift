import Kernel
import Postgres
import Web

extension Database {
    /// As if these people, of one organisation, had the product open in a process that was heard of just now.
    package func note(here people: Principal...) async throws {
        guard let first = people.first else { return }
        let process = Identifier<ServerProcess>.any()
        try await self.transaction(as: .tenant(first.organisation)) { tx in
            try tx.execute("INSERT INTO web.process (tenant_id, id) VALUES (app.tid(), \(process.uuid))")
            try tx.execute(
                """
                INSERT INTO web.presence (tenant_id, person_id, process_id)
                    SELECT app.tid(), person, \(process.uuid) FROM unnest(\(people.map(\.person))) AS person
                """)
        }
    }
}
