import Audit
import Foundation
package import Kernel
import People
import Postgres
package import Web

/// Arranging the organisation: each change under its lock, judged by what its sender may do by then.
extension AccountsService {
    package func organisation(for principal: Principal) async throws -> OrganisationRecord {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ReadOrganisation.self, principal.membership)
            self.audit.record(decision, in: tx)
            return try self.record(in: tx)
        }
    }

    package func rename(
        to name: OrganisationName, from version: Int? = nil, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<OrganisationRecord> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try self.store.hold(principal, at: now, in: tx).decide(RenameOrganisation.self, principal.membership)
        } _: { tx, decision in
            if let version, try version != self.record(in: tx).version { throw AccountsError.stale }
            try self.store.rename(decision, to: Self.checked(name.name, limit: 200), in: tx)
            self.audit.record(decision, in: tx)
            return try self.record(in: tx)
        }
    }

    package func add(
        _ home: HomeDetails, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<OrganisationRecord> {
        let now = self.source.now(), id = self.source.identifier(Home.self)
        return try await self.database.transaction(as: principal, once: once) { tx in
            try self.store.hold(principal, at: now, in: tx).decide(AddHome.self, principal.membership)
        } _: { tx, decision in
            try self.store.insert(home.checked(), id, decision, in: tx)
            self.audit.record(decision, in: tx)
            return try self.record(in: tx)
        }
    }

    package func change(
        _ home: Identifier<Home>, to details: HomeDetails, from version: Int? = nil, by principal: Principal,
        once: Once? = nil
    ) async throws -> Replayable<OrganisationRecord> {
        try await self.change(ChangeHome.self, home, by: principal, once: once) { tx, decision, entry in
            if let version, version != entry.version { throw AccountsError.stale }
            try self.store.update(details.checked(), decision, in: tx)
        }
    }

    package func add(
        _ unit: UnitDetails, to home: Identifier<Home>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<OrganisationRecord> {
        let id = self.source.identifier(Kernel.Unit.self)
        return try await self.change(ChangeUnits.self, home, by: principal, once: once) { tx, decision, _ in
            try self.store.insert(unit.checked(), id, decision, in: tx)
        }
    }

    package func change(
        _ unit: Identifier<Kernel.Unit>, of home: Identifier<Home>, to details: UnitDetails, from version: Int? = nil,
        by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<OrganisationRecord> {
        try await self.change(ChangeUnits.self, home, by: principal, once: once) { tx, decision, entry in
            guard let known = entry.units.first(where: { $0.id == unit }) else { throw AccountsError.notFound }
            if let version, version != known.version { throw AccountsError.stale }
            try self.store.update(details.checked(), unit, decision, in: tx)
        }
    }

    private func change<Act: Permission>(
        _ act: Act.Type, _ home: Identifier<Home>, by principal: Principal, once: Once?,
        _ write: @Sendable (borrowing Transaction, Decision<Act>, HomeEntry) throws -> Void
    ) async throws -> Replayable<OrganisationRecord> where Act.Object == Home {
        let now = self.source.now()
        return try await self.database.transaction(as: principal, once: once) { tx in
            let actor = try self.store.hold(principal, at: now, in: tx)
            let isThere = try self.store.place(of: .home(home), in: tx) != nil
            return try actor.decide(act, isThere ? actor.standing(to: home) : nil)
        } _: { tx, decision in
            guard let entry = try self.record(in: tx).homes.first(where: { $0.id == home }) else {
                throw AccountsError.notFound
            }
            try write(tx, decision, entry)
            self.audit.record(decision, in: tx)
            return try self.record(in: tx)
        }
    }

    private func record(in tx: borrowing Transaction) throws -> OrganisationRecord {
        guard let record = try self.store.organisation(in: tx) else { throw AccountsError.notFound }
        return record
    }

    /// - Throws: That it is no name.
    fileprivate static func checked(_ name: String, limit: Int) throws -> String {
        let name = String(name.unicodeScalars.filter { $0 != "\0" }).trimmed
        guard (1...limit).contains(name.unicodeScalars.count) else {
            throw AccountsError.invalid([.init("/name", "Enter a name of \(limit) characters at most")])
        }
        return name
    }
}

extension HomeDetails {
    fileprivate func checked() throws -> HomeDetails {
        guard TimeZone(identifier: self.timeZone) != nil else {
            throw AccountsError.invalid([.init("/time_zone", "Choose a time zone, such as Europe/London")])
        }
        return HomeDetails(
            name: try AccountsService.checked(self.name, limit: 100), type: self.type, tint: self.tint,
            timeZone: self.timeZone, position: self.position)
    }
}

extension UnitDetails {
    fileprivate func checked() throws -> UnitDetails {
        UnitDetails(name: try AccountsService.checked(self.name, limit: 100), position: self.position)
    }
}
