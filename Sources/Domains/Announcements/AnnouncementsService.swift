package import Accounts
package import Audit
import FoundationEssentials
package import Jobs
package import Kernel
package import People
package import Postgres
package import Web

/// What can be done with announcements, whoever asks: checks, writes, records, and says what happened.
package struct AnnouncementsService: Sendable {
    let database: Database
    let inbox: Inbox
    let jobs: Jobs
    let audit: Audit
    let people: PeopleDirectory
    let accounts: AccountsDirectory
    let source: Source
    /// How many are told in one transaction; with the author as many as an inbox takes at once.
    let chunk: Int
    let store = AnnouncementsStore()

    /// How long after a reminder there is none.
    static let pause: TimeInterval = 3_600

    package init(
        database: Database, inbox: Inbox, jobs: Jobs, audit: Audit, people: PeopleDirectory,
        accounts: AccountsDirectory, source: Source = Source(), chunk: Int = 199
    ) {
        self.database = database
        self.inbox = inbox
        self.jobs = jobs
        self.audit = audit
        self.people = people
        self.accounts = accounts
        self.source = source
        self.chunk = chunk
    }

    /// Whether somebody may announce anything anywhere.
    package func prepare(for principal: Principal) throws {
        _ = try principal.decide(PrepareAnnouncement.self, principal.membership)
    }

    /// How many people an announcement would reach now.
    package func size(of audience: AudienceQuestion, for principal: Principal) async throws -> AudienceSize {
        let now = self.source.now()
        return try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                PreviewAudience.self, self.standing(of: principal, at: audience.place, in: tx))
            self.audit.record(decision, in: tx)
            return AudienceSize(people: try self.count(audience, by: principal, at: now, in: tx))
        }
    }

    /// Accepts an announcement; telling everybody is the jobs' work.
    ///
    /// Whom it is for is settled by now: whoever holds one of the roles there at this moment.
    package func announce(
        _ new: NewAnnouncement, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Announcement> {
        let now = self.source.now(), new = try new.validated(at: now)
        let id = self.source.identifier(Announcement.self)
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(Announce.self, self.standing(of: principal, at: new.place, in: tx))
        } _: { tx, decision in
            let people = try self.count(new.audience, by: principal, at: now, in: tx)
            if people == 0 { throw AnnouncementsError.nobodyThere }
            try self.store.insert(new, id: id, people: people, at: now, decision, in: tx)
            self.audit.record(
                Announce.self, on: id, by: principal.person, signIn: principal.signIn, reason: decision.rule, in: tx)
            let job = TellPeople(announcement: id, chunk: 0)
            try self.jobs.enqueue(job, key: job.key, in: tx)
            guard let row = try self.store.row(id, for: principal.person, in: tx) else {
                throw AnnouncementsError.notFound
            }
            return try self.announcement(row, for: principal, in: tx)
        }
    }

    /// Says "I have read this"; once is enough, and a second time changes nothing.
    package func confirm(
        _ announcement: Identifier<Announcement>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Confirmation> {
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ConfirmAnnouncement.self,
                self.store.row(announcement, for: principal.person, in: tx)?.standing(of: principal.person))
        } _: { tx, decision in
            guard let row = try self.store.row(announcement, for: principal.person, in: tx) else {
                throw AnnouncementsError.notFound
            }
            if let at = row.receipt?.confirmedAt { return Confirmation(announcement: announcement, at: at) }
            if row.withdrawn != nil { throw AnnouncementsError.wasWithdrawn }
            guard row.asksConfirmation else { throw AnnouncementsError.notAsked }
            let now = self.source.now()
            if try self.store.confirm(decision, at: now, in: tx) {
                self.audit.record(decision, in: tx)
                self.inbox.deliver(
                    Notice("announcements.changed", announcement), to: [row.author, principal.person],
                    in: principal.organisation, at: tx)
            }
            return Confirmation(announcement: announcement, at: now)
        }
    }

    /// Tells those again who have not confirmed; not more than once an hour.
    package func remind(
        _ announcement: Identifier<Announcement>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Reminder> {
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                RemindUnconfirmed.self,
                self.store.row(announcement, for: principal.person, holding: true, in: tx)?.standing(
                    of: principal.person))
        } _: { tx, decision in
            let now = self.source.now()
            guard let row = try self.store.row(announcement, for: principal.person, in: tx) else {
                throw AnnouncementsError.notFound
            }
            if row.withdrawn != nil { throw AnnouncementsError.wasWithdrawn }
            guard row.asksConfirmation else { throw AnnouncementsError.notAsked }
            if let last = row.remindedAt, now.timeIntervalSince(last) < Self.pause {
                throw AnnouncementsError.remindedAlready
            }
            let missing = row.told - (try self.store.counts(of: [row.id], in: tx)[row.id]?.confirmed ?? 0)
            guard missing > 0 else { throw AnnouncementsError.nobodyLeft }
            try self.store.noteReminder(decision, at: now, in: tx)
            self.audit.record(decision, in: tx)
            let job = TellAgain(announcement: row.id, cause: .reminder(number: row.reminders + 1), after: nil)
            try self.jobs.enqueue(job, key: job.key, in: tx)
            return Reminder(at: now, people: missing)
        }
    }

    /// Takes it back: those who were told see that and why, and nobody else is told.
    package func withdraw(
        _ announcement: Identifier<Announcement>, for reason: WithdrawalReason, by principal: Principal,
        once: Once? = nil
    ) async throws -> Replayable<Announcement> {
        let reason = try reason.validated()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                WithdrawAnnouncement.self,
                self.store.row(announcement, for: principal.person, holding: true, in: tx)?.standing(
                    of: principal.person))
        } _: { tx, decision in
            guard let row = try self.store.row(announcement, for: principal.person, in: tx) else {
                throw AnnouncementsError.notFound
            }
            if row.withdrawn != nil { throw AnnouncementsError.wasWithdrawn }
            try self.store.withdraw(decision, for: reason.reason, at: self.source.now(), in: tx)
            self.audit.record(decision, in: tx)
            let job = TellAgain(announcement: row.id, cause: .withdrawn, after: nil)
            try self.jobs.enqueue(job, key: job.key, in: tx)
            guard let now = try self.store.row(announcement, for: principal.person, in: tx) else {
                throw AnnouncementsError.notFound
            }
            return try self.announcement(now, for: principal, in: tx)
        }
    }

    // MARK: Parts

    /// Everybody may know which homes there are; there is nothing to announce to in one that is not here.
    private func standing(
        of principal: Principal, at place: Place, in tx: borrowing Transaction
    ) throws -> Standing<Organisation>? {
        try self.accounts.knows(place, in: tx) ? principal.standing(at: place) : nil
    }

    private func count(
        _ audience: AudienceQuestion, by principal: Principal, at now: Date, in tx: borrowing Transaction
    ) throws -> Int {
        try self.accounts.count(
            RoleHolders(of: audience.chosen, at: audience.place, on: now, but: principal.person), in: tx)
    }

    func announcement(
        _ row: AnnouncementsStore.Row, for principal: Principal, in tx: borrowing Transaction
    ) throws -> Announcement {
        guard let whole = try self.announcements([row], for: principal, in: tx).first else {
            throw AnnouncementsError.notFound
        }
        return whole
    }

    /// With who wrote them, and with how far they are for those who may know.
    func announcements(
        _ rows: [AnnouncementsStore.Row], for principal: Principal, in tx: borrowing Transaction
    ) throws -> [Announcement] {
        let overseen = rows.filter { principal.may(ReadReceipts.self, $0.standing(of: principal.person)) }.map(\.id)
        let counts = try self.store.counts(of: overseen, in: tx)
        let known = try self.people.summaries(of: Set(rows.map(\.author)), in: tx)
        return rows.map { row in
            let count = counts[row.id] ?? AnnouncementsStore.Counts()
            return Announcement(
                id: row.id, title: row.title, body: row.body, homeId: row.place.home, unitId: row.place.unit,
                roles: row.roles, asksConfirmation: row.asksConfirmation, author: known.summary(row.author),
                announcedAt: row.announcedAt, shownUntil: row.shownUntil, remindedAt: row.remindedAt,
                withdrawn: row.withdrawn, receipt: row.receipt,
                progress: overseen.contains(row.id)
                    ? Announcement.Progress(
                        people: row.people, told: row.told, seen: count.seen, confirmed: count.confirmed,
                        toldAt: row.toldAt) : nil)
        }
    }
}

extension [Identifier<Person>: PersonSummary] {
    /// Every person here has a row; one without is shown as nobody rather than failing the page.
    func summary(_ person: Identifier<Person>) -> PersonSummary {
        self[person]
            ?? PersonSummary(id: person, name: "Somebody", preferredName: "Somebody", title: "", isStaff: false)
    }
}
