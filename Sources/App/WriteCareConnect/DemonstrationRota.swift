import Accounts
import Foundation
import Kernel
import Rotas

/// Who works when in the demonstration: the week of loading and the next, by the clock of each home.
extension DemonstrationCast {
    func rota(_ rotas: [DemonstrationFiles.Rota], at now: Date) throws -> [RotaImport.Entry] {
        try rotas.flatMap { rota in try rota.shifts.flatMap { try self.entries($0, rota, at: now) } }
    }

    private func entries(
        _ shift: DemonstrationFiles.Shift, _ rota: DemonstrationFiles.Rota, at now: Date
    ) throws -> [RotaImport.Entry] {
        let home = try self.home(rota.home), time = LocalTime(zone: home.timeZone, now: now)
        guard let monday = time.today?.monday else { throw DemonstrationError.nowhere(rota.home) }
        return try shift.days.map { day in
            let starts = monday.adding(days: day)
            let ends = shift.ends > shift.starts ? starts : starts.adding(days: 1)
            return RotaImport.Entry(
                id: self.source.identifier(), home: home.id, unit: try shift.unit.map(self.unit),
                person: try self.person(shift.person), kind: shift.kind,
                startsAt: try time.instant(starts, shift.starts), endsAt: try time.instant(ends, shift.ends),
                position: shift.position, plannedBy: try self.person(rota.plannedBy))
        }
    }
}

extension LocalTime {
    /// - Throws: If the clock never shows that time on that day.
    func instant(_ day: LocalDate, _ clock: String) throws -> Date {
        guard let clock = ClockTime(clock), let instant = self.instant(of: day, at: clock) else {
            throw DemonstrationError(description: "In the demonstration, there is no \(clock) on \(day).")
        }
        return instant
    }
}

extension [RotaImport.Entry] {
    /// Who is asked first of those on shift in a home: as ``RotasDirectory`` has it once the rota is stored.
    func next(
        on date: Date, home: Identifier<Home>?, unit: Identifier<Kernel.Unit>?, besides: Set<Identifier<Person>>
    ) throws -> Identifier<Person> {
        func distance(_ shift: RotaImport.Entry) -> Int { shift.unit == nil ? 1 : shift.unit == unit ? 0 : 2 }
        let there = self.filter { shift in
            shift.kind == .shift && shift.home == home && shift.startsAt <= date && shift.endsAt > date
                && !besides.contains(shift.person)
        }
        guard
            let first = there.min(by: {
                (distance($0), $0.position, $0.startsAt) < (distance($1), $1.position, $1.startsAt)
            })
        else { throw DemonstrationError(description: "In the demonstration, nobody is on shift to be asked.") }
        return first.person
    }
}
