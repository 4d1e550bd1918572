import Audit
import FoundationEssentials
package import Kernel
import Logging
import People
import Postgres
package import Web

/// Devices that are shared: enrolled for a home, looked after, ended.
extension AccountsService {
    /// Those of the homes that somebody leads.
    package func tablets(for principal: Principal) async throws -> [TabletRecord] {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListTablets.self, principal.membership)
            let homes = try self.store.organisation(in: tx)?.homes.map(\.id).filter {
                principal.may(EndTablet.self, principal.standing(to: $0))
            }
            self.audit.record(decision, in: tx)
            return try self.tablets.all(decision, in: homes ?? [], tx: tx)
        }
    }

    /// Makes the device that asks a shared tablet of a home.
    ///
    /// The sign-in that asks is no part of it: whoever uses the tablet signs in on it.
    ///
    /// - Returns: What the device keeps; `nil` of a request that was answered before, whose secret is kept nowhere.
    package func enrol(
        _ draft: TabletDraft, by principal: Principal, once: Once? = nil
    ) async throws -> (record: Replayable<TabletRecord>, tablet: Secret?) {
        let now = self.source.now(), id = self.source.identifier(Tablet.self), tablet = Secret()
        let draft = try draft.checked()
        let record = try await self.database.transaction(as: principal, once: once) { tx in
            let isThere = try self.store.place(of: .home(draft.homeId), in: tx) != nil
            return try principal.decide(EnrolTablet.self, isThere ? principal.standing(to: draft.homeId) : nil)
        } _: { tx, decision in
            try self.tablets.insert(id, named: draft.name, hash: tablet.hash, decision, at: now, in: tx)
            self.audit.record(decision, in: tx)
            guard let record = try self.tablets.tablet(id, in: tx) else { throw AccountsError.notFound }
            return record
        }
        if !record.isReplay { self.security.notice("tablet enrolled", metadata: ["object.id": "\(id)"]) }
        return (record, record.isReplay ? nil : tablet)
    }

    /// Ends one with every sign-in on it, such as when it is gone.
    package func endTablet(_ id: Identifier<Tablet>, by principal: Principal, once: Once? = nil) async throws {
        let now = self.source.now()
        let ended = try await self.database.transaction(as: principal, once: once) { tx in
            guard let record = try self.tablets.tablet(id, in: tx) else { throw AccountsError.notFound }
            return try principal.decide(EndTablet.self, principal.standing(to: record.homeId))
        } _: { tx, decision in
            let persons = try self.tablets.end(id, decision, at: now, in: tx)
            self.audit.record(decision, in: tx)
            return persons
        }
        for person in ended.value { self.endStreams(of: person, in: principal.organisation) }
        self.security.notice("tablet ended", metadata: ["object.id": "\(id)"])
    }

    // MARK: The device that asks

    /// The tablet that a device shows; `nil` for any other device, and for one that was ended.
    func tablet(_ secret: Secret?) async throws -> ShownTablet? {
        guard let secret, secret.isWellFormed else { return nil }
        return try await self.database.read(as: .system("tablet"), self.tablets.shown(secret.hash)).first.map {
            try self.tablets.shown($0)
        }
    }

    func tablet(_ secret: Secret?, of organisation: Identifier<Organisation>) async throws -> Identifier<Tablet>? {
        try await self.tablet(secret).flatMap { $0.organisation == organisation ? $0.id : nil }
    }

    /// Who can come back on the device that asks; `nil` if it is no shared tablet.
    package func here(_ secret: Secret?) async throws -> TabletHere? {
        guard let tablet = try await self.tablet(secret) else { return nil }
        let now = self.source.now(), begin = self.begin(at: now)
        return try await self.database.read(as: .tenant(tablet.organisation)) { tx in
            let guests = try self.tablets.guests(of: tablet.id, since: begin, at: now, in: tx)
            let names = try self.people.summaries(of: Set(guests.map(\.person)), in: tx)
            var seen: Set<Identifier<Person>> = []
            return TabletHere(
                name: tablet.name, home: tablet.home,
                people: guests.compactMap { guest in
                    guard let name = names[guest.person], seen.insert(guest.person).inserted else { return nil }
                    return .init(
                        personId: guest.person, name: Self.shortName(name.name, name.preferredName),
                        hasPin: guest.hasPin)
                })
        }
    }

    /// Since when somebody must have signed in fully, for a PIN of theirs to be looked at.
    func begin(at now: Date) -> Date { now.advanced(by: .zero - self.settings.terms.absolute) }

    /// "Precious A.": the name that colleagues use, and the first letter of the surname.
    static func shortName(_ full: String, _ preferred: String) -> String {
        let words = full.split(separator: " ")
        let first = preferred.split(separator: " ").first ?? words.first ?? "?"
        guard words.count > 1, let letter = words.last?.first else { return String(first) }
        return "\(first) \(letter)."
    }

    /// Somebody has shown all that is asked for, on a tablet or anywhere.
    func arrive(
        _ account: Identifier<Account>, of person: Identifier<Person>, in organisation: Identifier<Organisation>,
        through signIn: Identifier<SignIn>, at now: Date, _ tx: borrowing Transaction
    ) throws {
        guard let tablet = try self.tablets.tablet(of: signIn, in: tx) else { return }
        try self.tablets.arrive(account, on: tablet, through: signIn, at: now, in: tx)
        try self.take(tablet, by: person, in: organisation, through: signIn, "password", at: now, tx)
    }

    /// Puts everybody else's sign-in there aside, and says in the audit who has the tablet from now on.
    func take(
        _ tablet: Identifier<Tablet>, by person: Identifier<Person>, in organisation: Identifier<Organisation>,
        through signIn: Identifier<SignIn>, _ way: StaticString, at now: Date, _ tx: borrowing Transaction
    ) throws {
        let others = try self.tablets.putAside(besides: signIn, on: tablet, at: now, in: tx)
        self.audit.record(
            UseTablet.self, on: tablet, by: person, signIn: signIn, reason: "\(UseTablet.name): \(way)", in: tx)
        tx.afterCommit { for other in others { self.endStreams(of: other, in: organisation) } }
    }
}
