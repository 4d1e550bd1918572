import Audit
import FoundationEssentials
package import Kernel
import Postgres
package import Web

/// Bringing many residents in from a list: first looked at, then all of them or none.
extension PeopleService {
    /// Whether somebody may bring a list in at all, for the page that asks for it.
    package func prepareImport(for principal: Principal) throws {
        _ = try principal.decide(ImportResidents.self, principal.membership)
    }

    /// Says what the list would bring, and everything that is wrong with it; writes nothing about anybody.
    package func check(
        _ list: ResidentList, by visitor: Visitor, once: Once? = nil
    ) async throws -> Replayable<ImportReport> {
        let principal = visitor.principal
        return try await self.database.transaction(as: principal, once: once) { _ in
            try principal.decide(CheckImport.self, principal.membership)
        } _: { tx, decision in
            self.audit.record(decision, in: tx)
            return try self.read(list, by: visitor, in: tx).report(imported: 0)
        }
    }

    /// Brings everybody on the list in, or nobody.
    ///
    /// The same list once more finds everybody here already, so that nobody is brought in twice.
    package func bringIn(
        _ list: ResidentList, by visitor: Visitor, once: Once? = nil
    ) async throws -> Replayable<ImportReport> {
        let principal = visitor.principal, now = self.source.now(), source = self.source
        return try await self.database.transaction(as: principal, once: once) { _ in
            try principal.decide(ImportResidents.self, principal.membership)
        } _: { tx, decision in
            // One list at a time: two that name the same people must see each other.
            try self.store.holdImports(decision, in: tx)
            let reading = try self.read(list, by: visitor, in: tx)
            guard reading.faults.isEmpty else { throw PeopleError.list(reading.faults) }
            let residents = reading.checked.map { NewResident($0, id: source.identifier()) }
            try self.store.insert(residents.map(\.person), in: tx)
            try self.store.insert(residents, in: tx)
            let ids = residents.map(\.person.id)
            let begun = ResidentChange.Step(field: .admitted, was: nil, became: nil)
            try self.store.note([begun], making: 1, of: ids, by: principal.person, at: now, in: tx)
            // An entry about each, so that the audit of one resident begins where the resident does.
            for id in ids { self.audit.record(decision, about: id, in: tx) }
            return reading.report(imported: residents.count)
        }
    }

    private struct Reading {
        var rows = 0
        var faults: [ImportReport.Fault] = []
        var checked: [ResidentDetails.Checked] = []

        func report(imported: Int) -> ImportReport {
            ImportReport(rows: self.rows, faults: self.faults, imported: imported)
        }
    }

    private func read(
        _ list: ResidentList, by visitor: Visitor, in tx: borrowing Transaction
    ) throws -> Reading {
        let staff = try self.store.workers(in: tx)
        var reader = ResidentListReader(visitor: visitor, staff: staff)
        reader.read(list.csv)
        let known = try self.store.marks(in: visitor.homes.filter(\.isMine).map(\.id), tx)
        var reading = Reading(rows: reader.count), lines: [String: Int] = [:]
        for row in reader.rows {
            do {
                let checked = try self.checked(row.details, of: .unborn, by: visitor, keepsKeyWorker: true, in: tx)
                reading.checked.append(checked)
                for (name, column) in checked.marks {
                    if let line = lines[name] {
                        reader.refuse(row.line, column, "This is the same as on line \(line)")
                    } else if known.contains(name) {
                        reader.refuse(row.line, column, "A resident like this is here already")
                    }
                    lines[name] = lines[name] ?? row.line
                }
            } catch let error as PeopleError {
                for violation in error.problem.violations {
                    reader.refuse(row.line, .init(pointer: violation.pointer), violation.detail)
                }
            }
        }
        reading.faults = reader.faults.sorted { $0.line < $1.line }
        return reading
    }
}

/// By what two records are taken for one person: an NHS number; or, in one home, a name with a date of birth or a room.
enum ResidentMark {
    static func name(_ name: String, born: LocalDate?, room: String, in home: Identifier<Home>) -> String {
        "\(home) \(name.lowercased()) \(born?.description ?? "room \(room.lowercased())")"
    }
}

extension ResidentDetails.Checked {
    fileprivate var marks: [(String, ResidentListReader.Column)] {
        let name = ResidentMark.name(
            self.fullName, born: self.details.dateOfBirth, room: self.room, in: self.details.homeId)
        var marks: [(String, ResidentListReader.Column)] = [(name, .fullName)]
        if let number = self.nhsNumber { marks.append((number.digits, .nhsNumber)) }
        return marks
    }
}

extension Identifier {
    /// Nobody's yet: for looking at what somebody new would be.
    fileprivate static var unborn: Self {
        Identifier(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
    }
}
