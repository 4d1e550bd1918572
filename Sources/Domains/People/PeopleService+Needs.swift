import Audit
import FoundationEssentials
package import Kernel
import Postgres
package import Web

/// What residents need so that they can understand and be understood.
extension PeopleService {
    /// Those that count now.
    package func needs(
        of resident: Identifier<Person>, for principal: Principal
    ) async throws -> Page<CommunicationNeed> {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                ReadNeeds.self, self.store.standing(of: principal, to: resident, in: tx))
            self.audit.record(decision, about: resident, in: tx)
            return Page(items: try self.store.needs(decision, in: tx), next: nil)
        }
    }

    /// What stands above a conversation about a resident: their face, and what they need.
    ///
    /// Nothing for those who may not see the resident's page; and nobody is told how to talk with somebody who has died.
    package func flag(
        of resident: Identifier<Person>, for principal: Principal
    ) async throws -> (needs: [CommunicationNeed], photo: String?) {
        try await self.database.transaction(as: principal) { tx in
            guard let standing = try self.store.standing(of: principal, to: resident, in: tx),
                principal.may(ReadNeeds.self, standing)
            else { return ([], nil) }
            let decision = try principal.decide(ReadNeeds.self, standing)
            let photo = try principal.may(ReadPhoto.self, standing) ? self.store.photo(decision, in: tx) : nil
            let address = photo.map { ResidentPhoto.address($0.version, of: resident, isSmall: true) }
            if standing.state == Resident.Status.died.rawValue { return ([], address) }
            self.audit.record(decision, about: resident, in: tx)
            return (try self.store.needs(decision, in: tx), address)
        }
    }

    package func record(
        _ need: NewNeed, of resident: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<CommunicationNeed> {
        let now = self.source.now(), id = self.source.identifier(CommunicationNeed.self)
        return try await self.changeNeeds(of: resident, by: principal, once: once) { tx, decision, today in
            let (words, review) = try need.checked(on: today)
            let before = try self.store.needs(decision, in: tx)
            guard before.count < Self.mostNeeds else {
                throw PeopleError.invalid("/kind", "These are so many that nobody reads them: end one first")
            }
            guard need.kind == .other || !before.contains(where: { $0.kind == need.kind }) else {
                throw PeopleError.invalid("/kind", "This is written down already")
            }
            // Who was asked and needs nothing, and who needs something, are two people.
            guard before.allSatisfy({ ($0.kind == .nothing) == (need.kind == .nothing) }) else {
                throw PeopleError.invalid(
                    "/kind",
                    need.kind == .nothing ? "End what is written down first" : "End first that nothing is needed")
            }
            try self.store.insert(need, id: id, words: words, review: review, decision, at: now, in: tx)
            return try self.need(id, decision, in: tx)
        }
    }

    private static let mostNeeds = 20

    /// Looks at a need again.
    package func review(
        _ need: Identifier<CommunicationNeed>, _ review: NeedReview, of resident: Identifier<Person>,
        by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<CommunicationNeed> {
        let now = self.source.now(), id = self.source.identifier(NeedReview.self)
        return try await self.changeNeeds(of: resident, by: principal, once: once) { tx, decision, today in
            _ = try self.need(need, decision, in: tx)
            let (note, next) = try review.checked(on: today)
            let isThere = try self.store.review(
                need, as: id, review.outcome, note: note, next: next, decision, at: now, in: tx)
            guard isThere else { throw PeopleError.notFound }
            return try self.need(need, decision, in: tx)
        }
    }

    /// Says that a need does not count any more, and why; it is kept.
    package func end(
        need: Identifier<CommunicationNeed>, _ ending: Ending, of resident: Identifier<Person>,
        by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<CommunicationNeed> {
        let now = self.source.now()
        return try await self.changeNeeds(of: resident, by: principal, once: once) { tx, decision, _ in
            let ended = try self.need(need, decision, in: tx)
            guard try self.store.end(need, because: ending.checked(), decision, at: now, in: tx) else {
                throw PeopleError.notFound
            }
            return ended
        }
    }

    private func need(
        _ id: Identifier<CommunicationNeed>, _ decision: Decision<ChangeNeeds>, in tx: borrowing Transaction
    ) throws -> CommunicationNeed {
        guard let need = try self.store.needs(decision, in: tx).first(where: { $0.id == id }) else {
            throw PeopleError.notFound
        }
        return need
    }

    private func changeNeeds(
        of resident: Identifier<Person>, by principal: Principal, once: Once?,
        _ body: @Sendable (borrowing Transaction, Decision<ChangeNeeds>, LocalDate) throws -> CommunicationNeed
    ) async throws -> Replayable<CommunicationNeed> {
        let today = try self.today
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ChangeNeeds.self, self.store.standing(of: principal, to: resident, holding: true, in: tx))
        } _: { tx, decision in
            let need = try body(tx, decision, today)
            self.audit.record(decision, about: resident, in: tx)
            return need
        }
    }
}
