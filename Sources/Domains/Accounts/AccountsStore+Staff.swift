import FoundationEssentials
import Kernel
import Postgres

/// Who works here, by their roles; their names are People's.
extension AccountsStore {
    /// How somebody stands to a colleague; `nil` if there is no account of theirs.
    func standing(
        of principal: Principal, to person: Identifier<Person>, at now: Date, in tx: borrowing Transaction
    ) throws -> StaffStanding? {
        let row = try tx.execute(
            """
            SELECT id, state, must_change_password,
                \(fragment: self.isColleague(of: principal, at: now)) AS is_colleague
            FROM accounts.account WHERE tenant_id = app.tid() AND person_id = \(person.uuid)
            """
        ).first
        guard let row else { return nil }
        var relations: Set<Relation> = try row.read("is_colleague") ? [.member] : []
        if person == principal.person { relations.insert(.own) }
        return StaffStanding(
            person: person, account: Identifier(try row.read("id")), relations: relations,
            state: try row.read("state"), mustChangePassword: try row.read("must_change_password"),
            roles: try self.roles(of: [person], at: now, in: tx)[person] ?? [])
    }

    /// Those whom ``ReadStaffMember`` lets somebody see.
    func staff(
        _ decision: Decision<ListStaffRoles>, _ filter: StaffFilter, at now: Date, in tx: borrowing Transaction
    ) throws -> [Identifier<Person>] {
        let principal = decision.principal
        let visible = ReadStaffMember.predicate(for: principal, state: "account.state") { _ in
            "false"
        } relation: { relation in
            switch relation {
            case .own: "account.person_id = \(principal.person.uuid)"
            case .member: self.isColleague(of: principal, at: now)
            case .careTeam, .passedOn, .place, .emergency: "false"
            }
        }
        let home: SQL = filter.home.map { "AND (home_id = \($0.uuid) OR scope_kind = 'organisation')" } ?? ""
        let role: SQL = filter.role.map { "AND role = \($0.rawValue)" } ?? ""
        let holding: SQL =
            filter.home == nil && filter.role == nil
            ? ""
            : """
            AND EXISTS (SELECT FROM accounts.role_grant WHERE tenant_id = app.tid() AND account_id = account.id
                AND \(fragment: self.isHeld(at: now)) \(fragment: home) \(fragment: role))
            """
        return try tx.execute(
            """
            SELECT person_id FROM accounts.account
            WHERE tenant_id = app.tid() AND state = \(filter.account.stored) AND \(fragment: visible)
                \(fragment: holding)
            """
        ).map { Identifier(try $0.read("person_id")) }
    }

    /// What these people hold now, and what is to begin.
    func roles(
        of people: [Identifier<Person>], at now: Date, in tx: borrowing Transaction
    ) throws -> [Identifier<Person>: [StaffRole]] {
        let rows = try tx.execute(
            """
            SELECT account.person_id, role_grant.id, role, scope_kind, role_grant.home_id, unit_id, valid_from,
                valid_until, role_grant.version
            FROM accounts.account
            JOIN accounts.role_grant ON role_grant.tenant_id = app.tid() AND account_id = account.id
            LEFT JOIN accounts.home ON home.tenant_id = app.tid() AND home.id = role_grant.home_id
            WHERE account.tenant_id = app.tid() AND account.person_id = ANY (\(people.map(\.uuid)))
                AND \(fragment: self.isHeld(at: now))
            ORDER BY home.position NULLS FIRST, valid_from, role, role_grant.id
            """)
        var found: [Identifier<Person>: [StaffRole]] = [:]
        for row in rows {
            guard let role = Role(rawValue: try row.read("role")),
                let scope = HeldRole.Scope(rawValue: try row.read("scope_kind"))
            else { continue }
            found[Identifier(try row.read("person_id")), default: []].append(
                StaffRole(
                    id: Identifier(try row.read("id")), role: role, title: role.title, scope: scope,
                    homeId: try row.readIfPresent("home_id", as: UUID.self).map { Identifier($0) },
                    unitId: try row.readIfPresent("unit_id", as: UUID.self).map { Identifier($0) },
                    from: try row.read("valid_from"), until: try row.readIfPresent("valid_until"),
                    version: try row.read("version")))
        }
        return found
    }

    func set(
        _ state: StaffMember.State, of account: Identifier<Account>, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE accounts.account SET state = \(state.stored), version = version + 1
            WHERE tenant_id = app.tid() AND id = \(account.uuid)
            """)
    }

    /// Whether a role is held now, or is to begin; one that was taken away before it began is neither.
    private func isHeld(at now: Date) -> SQL {
        "(valid_until IS NULL OR valid_until > greatest(valid_from, \(now)))"
    }

    /// Whether a row of `accounts.account` is of somebody who works where this person does.
    private func isColleague(of principal: Principal, at now: Date) -> SQL {
        let reaches = principal.grants.filter { Role.staff.contains($0.role) }.map(\.reach)
        if reaches.isEmpty { return "false" }
        if reaches.contains(.organisation) { return "true" }
        var homes: [UUID] = [], units: [UUID] = []
        for reach in reaches {
            switch reach {
            case .organisation: break
            case .home(let home): homes.append(home.uuid)
            case .unit(let unit): units.append(unit.uuid)
            }
        }
        return """
            EXISTS (SELECT FROM accounts.role_grant WHERE tenant_id = app.tid() AND account_id = account.id
                AND \(fragment: self.isHeld(at: now)) AND (scope_kind = 'organisation'
                    OR home_id = ANY (\(homes)) OR home_id IN (
                        SELECT home_id FROM accounts.unit WHERE tenant_id = app.tid() AND id = ANY (\(units)))))
            """
    }
}
