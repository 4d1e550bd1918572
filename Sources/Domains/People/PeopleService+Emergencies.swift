import Audit
import FoundationEssentials
package import Kernel
package import Postgres
package import Web

/// Opening a record in an emergency, and looking at it again.
extension PeopleService {
    /// The same service, which tells those in charge in the transaction that opens a record.
    package func alarming(
        _ onEmergency: @escaping @Sendable (EmergencyAccess, Principal, borrowing Transaction) throws -> Void
    ) -> Self {
        var service = self
        service.onEmergency = onEmergency
        return service
    }

    /// Whether somebody may ask for it at all; the form shows nothing of anybody.
    package func prepareEmergency(for principal: Principal) throws {
        _ = try principal.decide(OpenInEmergency.self, principal.membership)
    }

    /// Opens one resident's record for an hour.
    ///
    /// To find and to open are one act: whoever looks whether somebody lives here has opened their record, and is asked
    /// why. Who is not found, for whatever reason, is not found in the same words; that they were looked for is kept.
    ///
    /// - Throws: ``PeopleError/nobodyMeant``, ``PeopleError/opensAnyway(_:)`` for whom no emergency is needed, or
    ///   ``PeopleError/openedBefore``.
    package func openInEmergency(
        _ request: EmergencyRequest, by visitor: Visitor, once: Once? = nil
    ) async throws -> Replayable<EmergencyAccess> {
        let principal = visitor.principal
        do {
            return try await self.open(request, in: visitor.emergencyHomes, by: principal, once: once)
        } catch PeopleError.nobodyMeant {
            try await self.database.transaction(as: principal) { tx in
                self.audit.record(
                    MissInEmergency.self, on: principal.organisation, by: principal.person, signIn: principal.signIn,
                    reason: "\(MissInEmergency.name): nobody found", in: tx)
            }
            throw PeopleError.nobodyMeant
        }
    }

    private func open(
        _ request: EmergencyRequest, in homes: [Identifier<Home>], by principal: Principal, once: Once?
    ) async throws -> Replayable<EmergencyAccess> {
        let now = self.source.now(), id = self.source.identifier(EmergencyAccess.self)
        return try await self.database.transaction(as: principal, once: once) { _ in
            try principal.decide(OpenInEmergency.self, principal.membership)
        } _: { tx, decision in
            let request = try request.checked()
            let meant = try self.store.residents(meant: request, in: homes, decision, in: tx)
            guard let one = meant.first, meant.count == 1,
                let standing = try self.store.standing(of: principal, to: one.id, in: tx)
            else { throw PeopleError.nobodyMeant }
            if principal.may(ReadResident.self, standing) { throw PeopleError.opensAnyway(one.id) }
            let pause = now.addingTimeInterval(-EmergencyAccess.pause)
            if try self.store.hasOpened(one.id, since: pause, decision, in: tx) { throw PeopleError.openedBefore }
            try self.store.open(
                one.id, in: one.home, as: id, because: request.reason, decision, at: now,
                until: now.addingTimeInterval(EmergencyAccess.length), in: tx)
            self.audit.record(decision, about: one.id, in: tx)
            guard let row = try self.store.emergency(id, in: tx) else { throw PeopleError.notFound }
            let access = try self.told([row], in: tx)
            guard let opened = access.first else { throw PeopleError.notFound }
            try self.onEmergency(opened, principal, tx)
            return opened
        }
    }

    package func emergencies(
        isWaiting: Bool = false, after: Keyset? = nil, limit: Int = 50, for principal: Principal
    ) async throws -> Page<EmergencyAccess> {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListEmergencies.self, principal.membership)
            let rows = try self.store.emergencies(
                decision, isWaiting: isWaiting, after: after, limit: limit + 1, in: tx)
            self.audit.record(decision, in: tx)
            let page = Page(rows, limit: limit, key: PeopleStore.key)
            return Page(items: try self.told(page.items, in: tx), next: page.next)
        }
    }

    package func emergency(
        _ id: Identifier<EmergencyAccess>, for principal: Principal
    ) async throws -> (access: EmergencyAccess, mayReview: Bool) {
        try await self.database.transaction(as: principal) { tx in
            let row = try self.store.emergency(id, in: tx)
            let standing = row?.standing(for: principal)
            let decision = try principal.decide(ReadEmergency.self, standing)
            guard let row, let standing, let access = try self.told([row], in: tx).first else {
                throw PeopleError.notFound
            }
            self.audit.record(decision, about: row.resident, in: tx)
            return (access, principal.may(ReviewEmergency.self, standing))
        }
    }

    /// Says whether it was right; what was not is over at once.
    package func review(
        _ id: Identifier<EmergencyAccess>, _ review: EmergencyReview, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<EmergencyAccess> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ReviewEmergency.self, self.store.emergency(id, holding: true, in: tx)?.standing(for: principal))
        } _: { tx, decision in
            try self.store.review(review, words: review.checked(), decision, at: now, in: tx)
            guard let row = try self.store.emergency(id, in: tx), let access = try self.told([row], in: tx).first
            else { throw PeopleError.notFound }
            self.audit.record(decision, about: row.resident, in: tx)
            return access
        }
    }

    private func told(
        _ rows: [PeopleStore.EmergencyRow], in tx: borrowing Transaction
    ) throws -> [EmergencyAccess] {
        let named = rows.flatMap { [$0.resident, $0.person] + ($0.review.map { [$0.by] } ?? []) }
        let people = try self.store.summaries(of: Set(named), in: tx)
        func person(_ id: Identifier<Person>) -> PersonSummary { people[id] ?? .nobody(id) }
        return rows.map { row in
            EmergencyAccess(
                id: row.id, resident: person(row.resident), person: person(row.person), homeId: row.home,
                reason: row.reason, openedAt: row.openedAt, endsAt: row.endsAt,
                reviewDueAt: row.openedAt.addingTimeInterval(EmergencyAccess.reviewWithin),
                review: row.review.map {
                    .init(by: person($0.by), at: $0.at, isJustified: $0.isJustified, words: $0.words)
                })
        }
    }
}

extension Visitor {
    /// The homes in which somebody could come upon a resident who is not theirs: any that a role of theirs reaches into.
    fileprivate var emergencyHomes: [Identifier<Home>] {
        let reaches = self.principal.grants.filter { EmergencyAccess.roles.contains($0.role) }.map(\.reach)
        return self.homes.filter { home in
            reaches.contains { reach in
                switch reach {
                case .organisation: true
                case .home(let id): id == home.id
                case .unit(let id): home.units.contains { $0.id == id }
                }
            }
        }.map(\.id)
    }
}
