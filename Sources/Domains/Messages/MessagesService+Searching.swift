import Audit
package import Kernel
import People
import Postgres

/// What is read across conversations, message by message; each look is recorded, and never what was looked for.
extension MessagesService {
    /// The messages that have these words in them, of those that this person may open, newest first.
    ///
    /// `time` is the clock by which its days are meant.
    package func search(
        _ search: MessageSearch, in time: LocalTime, limit: Int = 20, for principal: Principal
    ) async throws -> Page<FoundMessage> {
        let terms = try search.validated()
        let after = try search.before.map { try Keyset($0, parts: 2) }
        return try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(SearchMessages.self, principal.membership)
            guard let wanted = try self.store.wanted(terms, in: tx) else { throw MessagesError.smallWords }
            self.audit.record(decision, about: search.residentId, in: tx)
            let rows = try self.store.found(
                wanted, search, in: time, after: after, limit: limit + 1, decision, in: tx)
            let page = Page(rows, limit: limit) { MessagesStore.key($0.message) }
            let pieces = page.items.map { row in
                (row.message, Excerpt(of: row.message.body, hits: row.hits, phrases: terms.phrases).pieces)
            }
            return Page(items: try self.assembly.found(pieces, for: principal.person, in: tx), next: page.next)
        }
    }

    /// Everything that was said in conversations about a resident, of those that this person may open, newest first.
    package func said(
        about resident: Identifier<Person>, after: Keyset? = nil, limit: Int = 50, for principal: Principal
    ) async throws -> Page<FoundMessage> {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                ReadAboutResident.self, self.people.standing(of: principal, to: resident, in: tx))
            self.audit.record(decision, about: resident, in: tx)
            let rows = try self.store.said(decision, after: after, limit: limit + 1, in: tx)
            let page = Page(rows, limit: limit, key: MessagesStore.key)
            let whole = page.items.map { ($0, [FoundMessage.Piece($0.body)]) }
            return Page(items: try self.assembly.found(whole, for: principal.person, in: tx), next: page.next)
        }
    }
}
