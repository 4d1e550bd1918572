import Audit
import FoundationEssentials
package import Kernel
import Postgres
package import Web

/// Professionals from outside: who they are, and whose.
extension PeopleService {
    /// Those who come in now, by name.
    package func professionals(
        matching search: String? = nil, role: Role? = nil, after: Keyset? = nil, limit: Int = 50,
        for principal: Principal
    ) async throws -> Page<Professional> {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListProfessionals.self, principal.membership)
            let found = try self.store.professionals(
                decision, matching: search, role: role, after: after, limit: limit + 1, in: tx)
            self.audit.record(decision, in: tx)
            return Page(found, limit: limit) { Keyset($0.details.fullName, $0.id.description) }
        }
    }

    /// Whether somebody may add one.
    package func prepareProfessional(for principal: Principal) throws {
        _ = try principal.decide(AddProfessional.self, principal.membership)
    }

    package func professional(
        _ id: Identifier<Professional>, for principal: Principal
    ) async throws -> ProfessionalRecord {
        try await self.database.transaction(as: principal) { tx in
            let found = try self.store.professional(id, in: tx)
            let decision = try principal.decide(ReadProfessional.self, found?.standing)
            self.audit.record(decision, in: tx)
            guard let found else { throw PeopleError.notFound }
            return ProfessionalRecord(professional: found, changes: try self.store.changes(decision, in: tx))
        }
    }

    /// What the form for one of them shows.
    package func prepareChange(
        ofProfessional id: Identifier<Professional>, for principal: Principal
    ) async throws -> Professional {
        try await self.database.transaction(as: principal) { tx in
            let found = try self.store.professional(id, in: tx)
            let decision = try principal.decide(PrepareProfessionalChange.self, found?.standing)
            self.audit.record(decision, in: tx)
            guard let found else { throw PeopleError.notFound }
            return found
        }
    }

    package func add(
        _ details: ProfessionalDetails, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Professional> {
        let now = self.source.now(), id = self.source.identifier(Professional.self)
        return try await self.database.transaction(as: principal, once: once) { _ in
            try principal.decide(AddProfessional.self, principal.membership)
        } _: { tx, decision in
            try self.store.insert(details.checked(), id: id, decision, in: tx)
            let begun = ProfessionalChange.Step(field: .added, was: nil, became: nil)
            try self.store.note([begun], making: 1, of: id, by: principal.person, at: now, in: tx)
            self.audit.record(
                AddProfessional.self, on: id, by: principal.person, signIn: principal.signIn, reason: decision.rule,
                in: tx)
            return try self.stored(id, in: tx)
        }
    }

    /// Writes the details anew, from the version that was read; `nil` overwrites whatever is there.
    package func change(
        _ id: Identifier<Professional>, to details: ProfessionalDetails, from version: Int? = nil,
        by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Professional> {
        let now = self.source.now()
        return try await self.changeProfessional(id, by: principal, once: once) { tx, decision, before in
            if let version, version != before.version { throw PeopleError.stale }
            let checked = try details.checked()
            if checked == before.details { return before }
            try self.store.update(checked, decision, in: tx)
            let steps = Professional.Field.allCases.compactMap { field -> ProfessionalChange.Step? in
                let was = before.details.words(field), became = checked.words(field)
                return was == became ? nil : ProfessionalChange.Step(field: field, was: was, became: became)
            }
            try self.store.note(
                steps, making: before.version + 1, of: id, by: principal.person, at: now, in: tx)
            return try self.stored(id, in: tx)
        }
    }

    /// Says that they do not come any more, and why: they are nobody's from then on, and what was is kept.
    package func end(
        professional id: Identifier<Professional>, _ ending: Ending, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Professional> {
        let now = self.source.now(), today = try self.today
        return try await self.changeProfessional(id, by: principal, once: once) { tx, decision, before in
            let reason = try ending.checked()
            try self.store.end(decision, because: reason, on: today, at: now, in: tx)
            let step = ProfessionalChange.Step(field: .ended, was: nil, became: reason)
            try self.store.note([step], making: before.version + 1, of: id, by: principal.person, at: now, in: tx)
            return try self.stored(id, in: tx)
        }
    }

    private func changeProfessional(
        _ id: Identifier<Professional>, by principal: Principal, once: Once?,
        _ body: @Sendable (borrowing Transaction, Decision<ChangeProfessional>, Professional) throws -> Professional
    ) async throws -> Replayable<Professional> {
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ChangeProfessional.self, self.store.professional(id, holding: true, in: tx)?.standing)
        } _: { tx, decision in
            let changed = try body(tx, decision, self.stored(id, in: tx))
            self.audit.record(decision, in: tx)
            return changed
        }
    }

    private func stored(_ id: Identifier<Professional>, in tx: borrowing Transaction) throws -> Professional {
        guard let found = try self.store.professional(id, in: tx) else { throw PeopleError.notFound }
        return found
    }

    // MARK: Whose they are

    package func professionals(
        of resident: Identifier<Person>, for principal: Principal
    ) async throws -> Page<ResidentProfessional> {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                ReadResidentProfessionals.self, self.store.standing(of: principal, to: resident, in: tx))
            self.audit.record(decision, about: resident, in: tx)
            return Page(items: try self.store.professionals(decision, in: tx), next: nil)
        }
    }

    /// Makes somebody a resident's; once at a time.
    package func link(
        _ new: NewLink, to resident: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<ResidentProfessional> {
        let now = self.source.now(), today = try self.today, id = self.source.identifier(ResidentProfessional.self)
        return try await self.changeLinks(of: resident, by: principal, once: once) { tx, decision in
            let since = try new.since(today: today)
            // Held, so that nobody is made anybody's while they are ended.
            guard try self.store.professional(new.professionalId, holding: true, in: tx)?.state == "current" else {
                throw PeopleError.invalid("/professional_id", "Choose somebody who is on the list")
            }
            guard try self.store.link(new.professionalId, since: since, id: id, decision, at: now, in: tx) else {
                throw PeopleError.invalid("/professional_id", "They are this resident’s already")
            }
            return try self.link(id, decision, in: tx)
        }
    }

    /// Says until when they were.
    package func unlink(
        _ link: Identifier<ResidentProfessional>, _ end: LinkEnd, of resident: Identifier<Person>,
        by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<ResidentProfessional> {
        let now = self.source.now(), today = try self.today
        return try await self.changeLinks(of: resident, by: principal, once: once) { tx, decision in
            let before = try self.link(link, decision, in: tx), until = end.until ?? max(today, before.since)
            guard until >= before.since, until <= max(today, before.since) else {
                throw PeopleError.invalid("/until", "Say until which day they were, not before they began")
            }
            try self.store.unlink(link, until: until, decision, at: now, in: tx)
            return ResidentProfessional(
                id: before.id, residentId: resident, professional: before.professional, since: before.since,
                until: until)
        }
    }

    private func link(
        _ id: Identifier<ResidentProfessional>, _ decision: Decision<LinkProfessional>, in tx: borrowing Transaction
    ) throws -> ResidentProfessional {
        guard let link = try self.store.professionals(decision, in: tx).first(where: { $0.id == id }) else {
            throw PeopleError.notFound
        }
        return link
    }

    private func changeLinks(
        of resident: Identifier<Person>, by principal: Principal, once: Once?,
        _ body: @Sendable (borrowing Transaction, Decision<LinkProfessional>) throws -> ResidentProfessional
    ) async throws -> Replayable<ResidentProfessional> {
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                LinkProfessional.self, self.store.standing(of: principal, to: resident, holding: true, in: tx))
        } _: { tx, decision in
            let link = try body(tx, decision)
            self.audit.record(decision, about: resident, in: tx)
            return link
        }
    }
}

extension Professional {
    /// Everybody in the organisation belongs to those who come into it.
    var standing: Standing<Professional> {
        Standing(self.id, [.member], at: Place(home: nil), state: self.state)
    }
}
