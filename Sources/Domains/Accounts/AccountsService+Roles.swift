import Audit
import FoundationEssentials
package import Kernel
import People
import Postgres
package import Web

/// Roles are given, changed and taken away: each act under a lock of the organisation, judged by what its sender may do
/// by then.
extension AccountsService {
    package func grant(
        _ role: NewRole, to person: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<StaffMember> {
        let now = self.source.now(), id = self.source.identifier(Grant.self)
        return try await self.database.transaction(as: principal, once: once) { tx in
            let actor = try self.store.hold(principal, at: now, in: tx)
            guard let staff = try self.store.standing(of: actor, to: person, at: now, in: tx) else {
                throw AccountsError.notFound
            }
            let place = try self.place(of: role.reach(), in: tx)
            return try actor.decide(GrantRole.self, staff.about(role.role, at: place))
        } _: { tx, decision in
            // Whoever raises themself has nobody who looks.
            guard decision.person != person else { throw AccountsError.yourself }
            let staff = try self.held(decision, at: now, in: tx)
            let (from, until) = try role.period(at: now), place = try self.place(of: role.reach(), in: tx)
            guard staff.state == StaffMember.State.open.stored else { throw AccountsError.accountIsClosed }
            if staff.roles.contains(where: { $0.role == role.role && $0.place == place }) {
                throw AccountsError.heldAlready
            }
            try self.store.insert(role.role, at: place, as: id, from: from, until: until, decision, in: tx)
            self.audit.record(decision, about: person, in: tx)
            return try self.member(decision, at: now, in: tx)
        }
    }

    /// Gives a role another end, or none.
    ///
    /// - Throws: ``AccountsError/stale`` if it has another version by now.
    package func change(
        _ role: Identifier<Grant>, of person: Identifier<Person>, to end: RoleEnd, from version: Int? = nil,
        by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<StaffMember> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try self.decide(ChangeRole.self, role, of: person, by: principal, at: now, in: tx)
        } _: { tx, decision in
            guard decision.person != person else { throw AccountsError.yourself }
            guard let held = try self.held(decision, at: now, in: tx).roles.first(where: { $0.id == role }) else {
                throw AccountsError.notFound
            }
            if let version, version != held.version { throw AccountsError.stale }
            if let until = end.until {
                guard until > max(now, held.from) else {
                    throw AccountsError.invalid([.init("/until", "Choose a later day, or take the role away")])
                }
                try self.keepAdministrator(held, at: now, in: tx)
                try self.store.end(role, at: until, decision, in: tx)
            } else {
                try self.store.keep(role, decision, in: tx)
            }
            self.audit.record(decision, about: person, in: tx)
            return try self.member(decision, at: now, in: tx)
        }
    }

    /// Takes a role away, at once.
    package func revoke(
        _ role: Identifier<Grant>, of person: Identifier<Person>, from version: Int? = nil, by principal: Principal,
        once: Once? = nil
    ) async throws -> Replayable<StaffMember> {
        let now = self.source.now()
        let revoked = try await self.database.transaction(as: principal, once: once) { tx in
            try self.decide(RevokeRole.self, role, of: person, by: principal, at: now, in: tx)
        } _: { tx, decision in
            guard let held = try self.held(decision, at: now, in: tx).roles.first(where: { $0.id == role }) else {
                throw AccountsError.notFound
            }
            if let version, version != held.version { throw AccountsError.stale }
            try self.keepAdministrator(held, at: now, in: tx)
            try self.store.end(role, at: now, decision, in: tx)
            self.audit.record(decision, about: person, in: tx)
            return try self.member(decision, at: now, in: tx)
        }
        self.endStreams(of: person, in: principal.organisation)
        return revoked
    }

    // MARK: Closing an account

    /// For somebody who leaves: every sign-in ends at once, and none begins.
    package func close(
        _ person: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<StaffMember> {
        let now = self.source.now()
        let closed = try await self.database.transaction(as: principal, once: once) { tx in
            try self.decide(CloseAccount.self, everywhere: person, by: principal, at: now, in: tx)
        } _: { tx, decision in
            guard decision.person != person else { throw AccountsError.yourself }
            let staff = try self.held(decision, at: now, in: tx)
            guard staff.state == StaffMember.State.open.stored else { throw AccountsError.accountIsClosed }
            if staff.roles.contains(where: \.isAdministration),
                try !self.store.hasAdministrator(account: staff.account, at: now, in: tx)
            {
                throw AccountsError.lastAdministrator
            }
            try self.store.set(.closed, of: staff.account, in: tx)
            try self.people.set(isCurrent: false, person, in: tx)
            // After the account, so that one who signs in at this moment is either refused or seen here.
            try self.signIns.endAll(of: staff.account, .closed, at: now, in: tx)
            self.audit.record(decision, about: person, in: tx)
            return try self.member(decision, at: now, in: tx)
        }
        self.endStreams(of: person, in: principal.organisation)
        return closed
    }

    /// For somebody who comes back, to the roles that have not ended meanwhile.
    package func reopen(
        _ person: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<StaffMember> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try self.decide(ReopenAccount.self, everywhere: person, by: principal, at: now, in: tx)
        } _: { tx, decision in
            let staff = try self.held(decision, at: now, in: tx)
            guard staff.state != StaffMember.State.open.stored else { throw AccountsError.accountIsOpen }
            try self.store.set(.open, of: staff.account, in: tx)
            try self.people.set(isCurrent: true, person, in: tx)
            self.audit.record(decision, about: person, in: tx)
            return try self.member(decision, at: now, in: tx)
        }
    }

    /// For a telephone that was lost, or whoever has left one signed in.
    package func endSignIns(
        of person: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<StaffMember> {
        let now = self.source.now()
        let ended = try await self.database.transaction(as: principal, once: once) { tx in
            try self.decide(EndSignInsOf.self, everywhere: person, by: principal, at: now, in: tx)
        } _: { tx, decision in
            let staff = try self.held(decision, at: now, in: tx)
            try self.signIns.endAll(of: staff.account, .endedByOther, at: now, in: tx)
            self.audit.record(decision, about: person, in: tx)
            return try self.member(decision, at: now, in: tx)
        }
        self.endStreams(of: person, in: principal.organisation)
        return ended
    }

    // MARK: What they have in common

    private func decide<Act: Permission>(
        _ act: Act.Type, _ role: Identifier<Grant>, of person: Identifier<Person>, by principal: Principal,
        at now: Date, in tx: borrowing Transaction
    ) throws -> Decision<Act> where Act.Object == Person {
        let actor = try self.store.hold(principal, at: now, in: tx)
        // One that has ended by now, too: whoever sends the same request again gets the same answer.
        guard let staff = try self.store.standing(of: actor, to: person, at: now, in: tx),
            let asked = try self.store.role(role, of: staff.account, in: tx)
        else { throw AccountsError.notFound }
        return try actor.decide(act, staff.about(asked.role, at: asked.place))
    }

    func decide<Act: Permission>(
        _ act: Act.Type, everywhere person: Identifier<Person>, by principal: Principal, at now: Date,
        in tx: borrowing Transaction
    ) throws -> Decision<Act> where Act.Object == Person {
        let actor = try self.store.hold(principal, at: now, in: tx)
        return try actor.decide(act, everywhere: self.store.standing(of: actor, to: person, at: now, in: tx))
    }

    /// Whoever it was decided about, as they stand under the lock.
    func held<Act: Permission>(
        _ decision: Decision<Act>, at now: Date, in tx: borrowing Transaction
    ) throws -> StaffStanding where Act.Object == Person {
        guard let staff = try self.store.standing(of: decision.principal, to: decision.object, at: now, in: tx) else {
            throw AccountsError.notFound
        }
        return staff
    }

    func place(of reach: Reach, in tx: borrowing Transaction) throws -> Place {
        if let place = try self.store.place(of: reach, in: tx) { return place }
        if case .unit = reach { throw AccountsError.invalid([.init("/unit_id", "There is no such unit")]) }
        throw AccountsError.invalid([.init("/home_id", "There is no such home")])
    }

    private func keepAdministrator(_ role: StaffRole, at now: Date, in tx: borrowing Transaction) throws {
        guard role.isAdministration else { return }
        guard try self.store.hasAdministrator(besides: role.id, at: now, in: tx) else {
            throw AccountsError.lastAdministrator
        }
    }

    /// Makes streams that somebody has open ask whether they may go on.
    func endStreams(of person: Identifier<Person>, in organisation: Identifier<Organisation>) {
        self.onEnd(Principal(person: person, organisation: organisation, grants: []))
    }
}
