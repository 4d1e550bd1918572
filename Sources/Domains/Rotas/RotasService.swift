package import Accounts
package import Audit
import FoundationEssentials
package import Kernel
package import People
package import Postgres
package import Web

/// Who works when in a home: checks, writes, records.
package struct RotasService: Sendable {
    let database: Database
    let audit: Audit
    let accounts: AccountsDirectory
    let people: PeopleDirectory
    let source: Source
    let store = RotasStore()

    package init(
        database: Database, audit: Audit, accounts: AccountsDirectory, people: PeopleDirectory,
        source: Source = Source()
    ) {
        self.database = database
        self.audit = audit
        self.accounts = accounts
        self.people = people
        self.source = source
    }

    /// The week in which a day lies, or the one that it is in the home.
    package func week(
        of home: Identifier<Home>, around day: LocalDate? = nil, for principal: Principal
    ) async throws -> RotaWeek {
        let now = self.source.now()
        return try await self.database.transaction(as: principal) { tx in
            let (decision, time) = try self.decide(ReadRota.self, home, principal, at: now, in: tx)
            self.audit.record(decision, in: tx)
            guard let monday = (day ?? time.today)?.monday, let from = time.start(of: monday),
                let until = time.start(of: monday.adding(days: 7))
            else { throw RotasError.notFound }
            let rows = try self.store.shifts(decision, from: from, until: until, in: tx)
            return RotaWeek(
                monday: monday, shifts: try self.shifts(rows, in: time, tx),
                now: try self.onDuty(home, in: time, tx))
        }
    }

    /// Who is on now.
    package func onDuty(in home: Identifier<Home>, for principal: Principal) async throws -> OnDuty {
        let now = self.source.now()
        return try await self.database.transaction(as: principal) { tx in
            let (decision, time) = try self.decide(ReadRota.self, home, principal, at: now, in: tx)
            self.audit.record(decision, in: tx)
            return try self.onDuty(home, in: time, tx)
        }
    }

    /// Puts somebody on the rota.
    package func plan(
        _ new: NewShift, in home: Identifier<Home>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Shift> {
        let now = self.source.now(), id = self.source.identifier(Shift.self)
        return try await self.database.transaction(as: principal, once: once) { tx in
            try self.decide(PlanShift.self, home, principal, at: now, in: tx).0
        } _: { tx, decision in
            let (_, time) = try self.decide(PlanShift.self, home, principal, at: now, in: tx)
            let (startsAt, endsAt, position) = try new.checked(in: time)
            let row = RotasStore.ShiftRow(
                id: id, home: home, unit: new.unitId, person: new.personId, kind: new.kind, startsAt: startsAt,
                endsAt: endsAt, position: position)
            if let unit = new.unitId {
                let units = try self.accounts.home(home, in: tx)?.units ?? []
                guard units.contains(where: { $0.id == unit }) else { throw RotasError.noSuchUnit }
            }
            guard try self.accounts.staff(of: home, at: now, in: tx).contains(new.personId) else {
                throw RotasError.noSuchPerson
            }
            try self.store.holdPlanning(in: tx)
            let others = try self.store.shifts(of: [new.personId], from: startsAt, until: endsAt, in: tx)
            if let other = others.first(where: { $0.meets(row) }) {
                throw RotasError.overlap("\(time.full(other.startsAt)) to \(time.time(other.endsAt))")
            }
            try self.store.insert([row], decision, at: now, in: tx)
            self.audit.record(decision, in: tx)
            guard let shift = try self.shifts([row], in: time, tx).first else { throw RotasError.notFound }
            return shift
        }
    }

    /// Takes somebody off the rota; what was written stays in the records.
    package func remove(
        _ shift: Identifier<Shift>, in home: Identifier<Home>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Shift> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try self.decide(RemoveShift.self, home, principal, at: now, in: tx).0
        } _: { tx, decision in
            let (_, time) = try self.decide(RemoveShift.self, home, principal, at: now, in: tx)
            guard let row = try self.store.remove(shift, decision, at: now, in: tx),
                let removed = try self.shifts([row], in: time, tx).first
            else { throw RotasError.notFound }
            self.audit.record(decision, in: tx)
            return removed
        }
    }

    /// Copies the week before by the clock on the wall: a night shift has its hours there, whatever the clocks do.
    package func copy(
        to week: WeekToFill, in home: Identifier<Home>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<CopiedWeek> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try self.decide(CopyWeek.self, home, principal, at: now, in: tx).0
        } _: { tx, decision in
            let (_, time) = try self.decide(CopyWeek.self, home, principal, at: now, in: tx)
            let monday = week.monday.monday
            guard let from = time.start(of: monday.adding(days: -7)), let until = time.start(of: monday),
                abs(until.timeIntervalSince(now)) < 2 * 366 * 86_400
            else { throw RotasError.tooFarAway }
            try self.store.holdPlanning(in: tx)
            let rows = try self.store.shifts(decision, from: from, until: until, in: tx)
            let staff = try self.accounts.staff(of: home, at: now, in: tx)
            var taken = try self.store.shifts(
                of: Set(rows.map(\.person)), from: until.addingTimeInterval(-86_400),
                until: until.addingTimeInterval(9 * 86_400), in: tx)
            var copies: [RotasStore.ShiftRow] = []
            for row in rows {
                guard staff.contains(row.person), let copy = self.weekLater(row, in: time),
                    !taken.contains(where: { $0.meets(copy) })
                else { continue }
                taken.append(copy)
                copies.append(copy)
            }
            try self.store.insert(copies, decision, at: now, in: tx)
            self.audit.record(decision, in: tx)
            return CopiedWeek(monday: monday, copied: copies.count, leftOut: rows.count - copies.count)
        }
    }

    private func weekLater(_ row: RotasStore.ShiftRow, in time: LocalTime) -> RotasStore.ShiftRow? {
        func later(_ instant: Date) -> Date? {
            guard let moment = time.moment(instant)?.adding(days: 7) else { return nil }
            switch time.instant(moment) {
            case .once(let date), .twice(first: let date, second: _): return date
            case .never: return nil
            }
        }
        guard let startsAt = later(row.startsAt), let endsAt = later(row.endsAt), endsAt > startsAt,
            endsAt.timeIntervalSince(startsAt) <= 86_400
        else { return nil }
        return RotasStore.ShiftRow(
            id: self.source.identifier(), home: row.home, unit: row.unit, person: row.person, kind: row.kind,
            startsAt: startsAt, endsAt: endsAt, position: row.position)
    }

    private func decide<Act: Permission>(
        _ act: Act.Type, _ home: Identifier<Home>, _ principal: Principal, at now: Date, in tx: borrowing Transaction
    ) throws -> (Decision<Act>, LocalTime) where Act.Object == Home {
        let facts = try self.accounts.facts(of: home, for: principal, in: tx)
        let decision = try principal.decide(act, facts?.standing)
        return (decision, LocalTime(zone: facts?.home.timeZone ?? "Europe/London", now: now))
    }

    private func onDuty(
        _ home: Identifier<Home>, in time: LocalTime, _ tx: borrowing Transaction
    ) throws -> OnDuty {
        let onShift = try self.store.onDuty(.shift, home: home, unit: nil, at: time.now, in: tx)
        let onCall = try self.store.onDuty(.onCallManager, home: home, unit: nil, at: time.now, in: tx)
        let shifts = try self.shifts(onShift + onCall, in: time, tx)
        return OnDuty(
            shifts: shifts.filter { $0.kind == .shift }, managersOnCall: shifts.filter { $0.kind == .onCallManager })
    }

    private func shifts(
        _ rows: [RotasStore.ShiftRow], in time: LocalTime, _ tx: borrowing Transaction
    ) throws -> [Shift] {
        let known = try self.people.summaries(of: Set(rows.map(\.person)), in: tx)
        return rows.compactMap { row in
            known[row.person].map { person in
                Shift(
                    id: row.id, homeId: row.home, unitId: row.unit, person: person, kind: row.kind,
                    startsAt: row.startsAt, endsAt: row.endsAt, position: row.position,
                    note: Self.note(row, in: time))
            }
        }
    }

    /// What is to be known of a shift over a night on which the clocks are changed.
    private static func note(_ row: RotasStore.ShiftRow, in time: LocalTime) -> String? {
        for (instant, word) in [(row.startsAt, "start"), (row.endsAt, "end")] {
            guard let moment = time.moment(instant), case .twice(let first, _) = time.instant(moment) else { continue }
            return "The clock shows \(moment.time) twice that night: the \(word) is the "
                + (instant == first ? "first." : "second.")
        }
        guard let start = time.moment(row.startsAt), let end = time.moment(row.endsAt) else { return nil }
        let shown = (end.day == start.day ? 0 : 1_440) + end.minute - start.minute
        let real = Int((row.endsAt.timeIntervalSince(row.startsAt) / 60).rounded())
        if real == shown { return nil }
        return "The clocks change that night, so it is \(Words.hours(real)) long."
    }
}

extension Words {
    /// Such as `12 hours` or `7 hours and 30 minutes`.
    static func hours(_ minutes: Int) -> String {
        let (hours, rest) = (minutes / 60, minutes % 60)
        let parts = [
            hours > 0 ? "\(hours) \(hours == 1 ? "hour" : "hours")" : nil,
            rest > 0 ? "\(rest) \(rest == 1 ? "minute" : "minutes")" : nil,
        ]
        return Words.list(parts.compactMap { $0 })
    }
}
