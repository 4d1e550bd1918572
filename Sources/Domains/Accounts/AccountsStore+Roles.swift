import FoundationEssentials
import Kernel
import Postgres

/// Roles that are given, changed and taken away.
extension AccountsStore {
    /// Makes whoever changes roles, accounts or invitations here wait for each other, and says what somebody may now.
    ///
    /// A request is judged by what its sender could do when it came; of two administrators who take away each other's
    /// role at the same moment, the second must find theirs gone. Whoever has no account any more has no grants.
    func hold(_ principal: Principal, at now: Date, in tx: borrowing Transaction) throws -> Principal {
        try self.holdRoles(in: tx)
        return Principal(
            person: principal.person, organisation: principal.organisation,
            grants: try self.grants(of: principal.person, at: now, in: tx), signIn: principal.signIn,
            needsCode: principal.needsCode)
    }

    func holdRoles(in tx: borrowing Transaction) throws {
        try tx.execute("SELECT FROM accounts.organisation WHERE tenant_id = app.tid() FOR NO KEY UPDATE")
    }

    /// The roles somebody holds at a time; none for one whose account opens nothing.
    func grants(
        of person: Identifier<Person>, at now: Date, in tx: borrowing Transaction
    ) throws -> Set<Grant> {
        Set(
            try tx.execute(
                """
                SELECT role, scope_kind, home_id, unit_id FROM accounts.role_grant
                JOIN accounts.account ON account.tenant_id = app.tid() AND account.id = role_grant.account_id
                WHERE role_grant.tenant_id = app.tid() AND account.person_id = \(person.uuid)
                    AND valid_from <= \(now) AND (valid_until IS NULL OR valid_until > \(now))
                    AND accounts.refusal(account.id, \(now)) IS NULL
                """
            ).compactMap { row in
                SignInFacts.HeldRole(
                    role: try row.read("role"), scope: try row.read("scope_kind"),
                    homeId: try row.readIfPresent("home_id", as: UUID.self).map { Identifier($0) },
                    unitId: try row.readIfPresent("unit_id", as: UUID.self).map { Identifier($0) }
                ).grant
            })
    }

    /// Where that is; `nil` if there is no such home or unit.
    func place(of reach: Reach, in tx: borrowing Transaction) throws -> Place? {
        switch reach {
        case .organisation: Place(home: nil)
        case .home(let home):
            try tx.execute("SELECT FROM accounts.home WHERE tenant_id = app.tid() AND id = \(home.uuid)").first
                .map { _ in Place(home: home) }
        case .unit(let unit):
            try tx.execute("SELECT home_id FROM accounts.unit WHERE tenant_id = app.tid() AND id = \(unit.uuid)")
                .first.map { Place(home: Identifier(try $0.read("home_id")), unit: unit) }
        }
    }

    /// Which role that is of an account, and where, ended or not.
    func role(
        _ role: Identifier<Grant>, of account: Identifier<Account>, in tx: borrowing Transaction
    ) throws -> (role: Role, place: Place)? {
        let row = try tx.execute(
            """
            SELECT role, home_id, unit_id FROM accounts.role_grant
            WHERE tenant_id = app.tid() AND id = \(role.uuid) AND account_id = \(account.uuid)
            """
        ).first
        guard let row, let role = Role(rawValue: try row.read("role")) else { return nil }
        let home = try row.readIfPresent("home_id", as: UUID.self),
            unit = try row.readIfPresent("unit_id", as: UUID.self)
        return (role, Place(home: home.map { Identifier($0) }, unit: unit.map { Identifier($0) }))
    }

    func insert(
        _ role: Role, at place: Place, as id: Identifier<Grant>, from: Date, until: Date?,
        _ decision: Decision<GrantRole>, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO accounts.role_grant (tenant_id, id, account_id, role, scope_kind, home_id, unit_id,
                valid_from, valid_until, granted_by)
            SELECT app.tid(), \(id.uuid), account.id, \(role.rawValue), \(place.scope.rawValue),
                \(place.home?.uuid), \(place.unit?.uuid), \(from), \(until), \(decision.person.uuid)
            FROM accounts.account WHERE tenant_id = app.tid() AND person_id = \(decision.object.uuid)
            """)
    }

    /// Gives a role of somebody another end; one that is in the past takes it away.
    func end<Act: Permission>(
        _ role: Identifier<Grant>, at until: Date, _ decision: Decision<Act>, in tx: borrowing Transaction
    ) throws where Act.Object == Person {
        try tx.execute(
            """
            UPDATE accounts.role_grant SET valid_until = greatest(valid_from, \(until)), version = version + 1,
                ended_by = \(decision.person.uuid)
            WHERE tenant_id = app.tid() AND id = \(role.uuid) AND account_id = (
                SELECT id FROM accounts.account WHERE tenant_id = app.tid() AND person_id = \(decision.object.uuid))
            """)
    }

    /// Takes away the end of somebody's role.
    func keep(
        _ role: Identifier<Grant>, _ decision: Decision<ChangeRole>, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE accounts.role_grant SET valid_until = NULL, version = version + 1, ended_by = NULL
            WHERE tenant_id = app.tid() AND id = \(role.uuid) AND account_id = (
                SELECT id FROM accounts.account WHERE tenant_id = app.tid() AND person_id = \(decision.object.uuid))
            """)
    }

    // MARK: The last administrator

    /// Whether somebody is left who may give every role, without this role, or without all of this account's.
    ///
    /// A role that will end does not count, or time would take the last one away.
    func hasAdministrator(
        besides role: Identifier<Grant>? = nil, account: Identifier<Account>? = nil, at now: Date,
        in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            SELECT FROM accounts.role_grant
            WHERE tenant_id = app.tid() AND role = ANY (\(RoleTable.provider.map(\.rawValue).sorted()))
                AND scope_kind = 'organisation' AND valid_from <= \(now) AND valid_until IS NULL
                AND id IS DISTINCT FROM \(role?.uuid) AND account_id IS DISTINCT FROM \(account?.uuid)
                AND accounts.refusal(account_id, \(now)) IS NULL
            LIMIT 1
            """
        ).count == 1
    }
}

extension Place {
    var scope: HeldRole.Scope { self.unit != nil ? .unit : self.home != nil ? .home : .organisation }
}

extension StaffRole {
    /// Whether it is one of those of which an organisation must not lose the last.
    var isAdministration: Bool {
        self.scope == .organisation && self.until == nil && RoleTable.provider.contains(self.role)
    }
}
