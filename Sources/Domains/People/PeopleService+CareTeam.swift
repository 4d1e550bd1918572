import Audit
import FoundationEssentials
package import Kernel
package import Postgres
package import Web

/// Somebody came into a care team, or left it.
package struct CareTeamChange: Sendable {
    package let resident: Identifier<Person>
    package let joined: Identifier<Person>?
    package let left: Identifier<Person>?
    package let principal: Principal

    init(
        _ resident: Identifier<Person>, joined: Identifier<Person>? = nil, left: Identifier<Person>? = nil,
        by principal: Principal
    ) {
        self.resident = resident
        self.joined = joined
        self.left = left
        self.principal = principal
    }
}

/// Whom a care team is made of.
package struct CareTeamMember: Described {
    package let personId: Identifier<Person>

    package init(_ person: Identifier<Person>) { self.personId = person }

    package static let schema = Schema.object([.required("person_id", .identifier)])
}

/// Who cares for a resident by name.
extension PeopleService {
    /// The same service, which tells of care teams in the transaction that changes them.
    package func telling(
        _ onCareTeam: @escaping @Sendable (CareTeamChange, borrowing Transaction) throws -> Void
    ) -> Self {
        var service = self
        service.onCareTeam = onCareTeam
        return service
    }

    /// Brings somebody in; who is in it stays in it.
    package func add(
        _ member: CareTeamMember, toTeamOf resident: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<ResidentRecord> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ChangeCareTeam.self, self.store.standing(of: principal, to: resident, holding: true, in: tx))
        } _: { tx, decision in
            guard try self.store.works(member.personId, in: tx) else {
                throw PeopleError.invalid("/person_id", "Choose somebody who works here")
            }
            self.audit.record(decision, about: resident, in: tx)
            if try self.store.add(member.personId, toTeamOf: decision, at: now, in: tx) {
                try self.onCareTeam(CareTeamChange(resident, joined: member.personId, by: principal), tx)
            }
            return try self.directory.resident(decision, in: tx)
        }
    }

    /// Takes somebody out; what their place in the team opened to them is shut from the commit on.
    package func remove(
        _ person: Identifier<Person>, fromTeamOf resident: Identifier<Person>, by principal: Principal,
        once: Once? = nil
    ) async throws -> Replayable<ResidentRecord> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ChangeCareTeam.self, self.store.standing(of: principal, to: resident, holding: true, in: tx))
        } _: { tx, decision in
            let before = try self.directory.resident(decision, in: tx)
            guard before.resident.keyWorker?.id != person else { throw PeopleError.keyWorkerStays }
            guard try self.store.remove(person, fromTeamOf: decision, at: now, in: tx) else {
                throw PeopleError.notInTeam
            }
            self.audit.record(decision, about: resident, in: tx)
            try self.onCareTeam(CareTeamChange(resident, left: person, by: principal), tx)
            return try self.directory.resident(decision, in: tx)
        }
    }
}
