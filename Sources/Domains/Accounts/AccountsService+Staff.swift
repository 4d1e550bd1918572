import Audit
import FoundationEssentials
package import Kernel
import People
import Postgres

/// Who works here, as their colleagues may know it.
extension AccountsService {
    package func staff(
        _ filter: StaffFilter = StaffFilter(), after: Keyset? = nil, limit: Int = 50, for principal: Principal
    ) async throws -> Page<StaffMember> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListStaffRoles.self, principal.membership)
            let visible = try self.store.staff(decision, filter, at: now, in: tx)
            let (page, here) = try self.people.staff(
                among: visible, matching: filter.search, after: after, limit: limit, in: tx)
            self.audit.record(decision, in: tx)
            let roles = try self.store.roles(of: page.items.map(\.id), at: now, in: tx)
            return page.map {
                StaffMember($0, filter.account, roles[$0.id] ?? [], isHere: here.contains($0.id) ? true : nil)
            }
        }
    }

    package func staffMember(
        _ person: Identifier<Person>, for principal: Principal
    ) async throws -> StaffMember {
        try await self.readStaffMember(person, for: principal).member
    }

    /// Somebody, and what their reader may do about them.
    func readStaffMember(
        _ person: Identifier<Person>, for principal: Principal
    ) async throws -> (member: StaffMember, standing: StaffStanding) {
        let now = self.source.now()
        return try await self.database.transaction(as: principal) { tx in
            guard let staff = try self.store.standing(of: principal, to: person, at: now, in: tx) else {
                throw AccountsError.notFound
            }
            let decision = try principal.decide(ReadStaffMember.self, staff.itself)
            self.audit.record(decision, about: person, in: tx)
            return (try self.member(decision, staff, for: principal, in: tx), staff)
        }
    }

    /// What a form about somebody must know before it is one: the roles of somebody whom the reader sees.
    ///
    /// It shows nobody anything, so it leaves no entry; the page and the act leave theirs.
    func glance(at person: Identifier<Person>, for principal: Principal) async throws -> [StaffRole]? {
        let now = self.source.now()
        return try await self.database.read(as: principal) { tx in
            guard let staff = try self.store.standing(of: principal, to: person, at: now, in: tx) else { return nil }
            return principal.may(ReadStaffMember.self, staff.itself) ? staff.roles : nil
        }
    }

    /// As the answer to whoever has just changed something about them.
    func member<Act: Permission>(
        _ decision: Decision<Act>, at now: Date, in tx: borrowing Transaction
    ) throws -> StaffMember where Act.Object == Person {
        guard let staff = try self.store.standing(of: decision.principal, to: decision.object, at: now, in: tx) else {
            throw AccountsError.notFound
        }
        return try self.member(decision, staff, in: tx)
    }

    /// Says whether they are here to a reader only: the replies to acts are stored.
    private func member<Act: Permission>(
        _ decision: Decision<Act>, _ staff: StaffStanding, for reader: Principal? = nil, in tx: borrowing Transaction
    ) throws -> StaffMember where Act.Object == Person {
        let company = try self.people.company(of: [decision.object], for: reader, in: tx)
        guard let summary = company.people[decision.object] else { throw AccountsError.notFound }
        return StaffMember(
            summary, .init(stored: staff.state), staff.roles,
            isHere: company.here.contains(decision.object) ? true : nil)
    }
}

extension StaffMember {
    init(_ person: PersonSummary, _ account: State, _ roles: [StaffRole], isHere: Bool? = nil) {
        self.init(
            id: person.id, name: person.name, preferredName: person.preferredName, title: person.title,
            account: account, roles: roles, isHere: isHere)
    }
}
