import Audit
import FoundationEssentials
package import Kernel
import Postgres
package import Web

/// Residents come, change, and are remembered.
extension PeopleService {
    /// Adds somebody who comes to live here.
    package func admit(
        _ details: ResidentDetails, by visitor: Visitor, once: Once? = nil
    ) async throws -> Replayable<ResidentRecord> {
        let principal = visitor.principal, now = self.source.now(), id = self.source.identifier(Person.self)
        return try await self.database.transaction(as: principal, once: once) { _ in
            try principal.decide(AdmitResident.self, principal.membership)
        } _: { tx, decision in
            let checked = try self.checked(details, of: id, by: visitor, in: tx)
            let new = NewResident(checked, id: id)
            try self.store.insert([new.person], in: tx)
            try self.store.insert([new], in: tx)
            let begun = ResidentChange.Step(field: .admitted, was: nil, became: nil)
            try self.store.note([begun], making: 1, of: [id], by: principal.person, at: now, in: tx)
            self.audit.record(decision, about: id, in: tx)
            let standing = try self.store.standing(of: principal, to: id, in: tx)
            return try self.directory.resident(principal.decide(ReadResident.self, standing), in: tx)
        }
    }

    /// What the form for a new resident offers: those who could be the key worker.
    package func prepareAdmission(for principal: Principal) async throws -> [PersonSummary] {
        try await self.database.transaction(as: principal) { tx in
            _ = try principal.decide(AdmitResident.self, principal.membership)
            return try self.colleagues(for: principal, in: tx)
        }
    }

    /// What the form for a resident shows and offers.
    package func prepareChange(
        of resident: Identifier<Person>, for principal: Principal
    ) async throws -> (record: ResidentRecord, staff: [PersonSummary]) {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                PrepareResidentChange.self, self.store.standing(of: principal, to: resident, in: tx))
            let record = try self.directory.resident(decision, in: tx)
            self.audit.record(decision, about: resident, in: tx)
            return (record, try self.colleagues(for: principal, in: tx))
        }
    }

    private func colleagues(for principal: Principal, in tx: borrowing Transaction) throws -> [PersonSummary] {
        let decision = try principal.decide(ListStaff.self, principal.membership)
        self.audit.record(decision, in: tx)
        return try self.store.staff(decision, matching: nil, home: nil, after: nil, limit: 1_000, in: tx).map(\.person)
    }

    /// Writes the details anew.
    ///
    /// - Parameters:
    ///   - resident: Whose.
    ///   - details: All of them; what is left out is taken away.
    ///   - version: The one that was read before; `nil` for a program that means to overwrite whatever is there.
    ///   - visitor: Who asks.
    ///   - once: The request's key.
    /// - Returns: The record as it is now; its version is the same if nothing was different.
    /// - Throws: ``PeopleError/stale`` if there is another version by now.
    package func change(
        _ resident: Identifier<Person>, to details: ResidentDetails, from version: Int? = nil, by visitor: Visitor,
        once: Once? = nil
    ) async throws -> Replayable<ResidentRecord> {
        let principal = visitor.principal, now = self.source.now()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ChangeResident.self, self.store.standing(of: principal, to: resident, holding: true, in: tx))
        } _: { tx, decision in
            guard let before = try self.store.resident(decision, in: tx) else { throw PeopleError.notFound }
            if let version, version != before.version { throw PeopleError.stale }
            let worker = details.keyWorkerId == before.resident.keyWorker?.id
            let checked = try self.checked(details, of: resident, by: visitor, keepsKeyWorker: worker, in: tx)
            self.audit.record(decision, about: resident, in: tx)
            if checked.isSame(as: before) { return try self.directory.resident(decision, in: tx) }
            try self.store.update(checked, decision, in: tx)
            if let worker = details.keyWorkerId, try self.store.add(worker, toTeamOf: decision, at: now, in: tx) {
                try self.onCareTeam(CareTeamChange(resident, joined: worker, by: decision.principal), tx)
            }
            let after = try self.directory.resident(decision, in: tx)
            let steps = before.steps(to: after, for: visitor)
            try self.store.note(
                steps, making: after.version, of: [resident], by: principal.person, at: now, in: tx)
            return after
        }
    }

    /// Looks at every field; where, and under whom, somebody may be placed follows from the same table as who may
    /// change them there.
    func checked(
        _ details: ResidentDetails, of resident: Identifier<Person>, by visitor: Visitor, keepsKeyWorker: Bool = false,
        in tx: borrowing Transaction
    ) throws -> ResidentDetails.Checked {
        guard let today = visitor.time(at: self.source.now(), in: details.homeId).today else {
            throw Problem(.internalFailure, "The clock is beyond what a calendar has")
        }
        let checked = try details.checked(on: today)
        guard let home = visitor.home(details.homeId) else {
            throw PeopleError.invalid("/home_id", "Choose the home")
        }
        guard details.unitId == nil || home.units.contains(where: { $0.id == details.unitId }) else {
            throw PeopleError.invalid("/unit_id", "Choose a unit of this home")
        }
        let there = Standing(
            resident, [], at: Place(home: home.id, unit: details.unitId), state: details.status.rawValue)
        guard visitor.principal.may(ChangeResident.self, there) else {
            throw PeopleError.invalid("/home_id", "You can place residents only where you are in charge")
        }
        if let worker = details.keyWorkerId, !keepsKeyWorker, try !self.store.works(worker, in: tx) {
            throw PeopleError.invalid("/key_worker_id", "Choose somebody who works here")
        }
        return checked
    }

    /// Who changed what, the newest first.
    package func changes(
        of resident: Identifier<Person>, after: Keyset? = nil, limit: Int = 20, for principal: Principal
    ) async throws -> Page<ResidentChange> {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                ReadResidentChanges.self, self.store.standing(of: principal, to: resident, in: tx))
            self.audit.record(decision, about: resident, in: tx)
            let rows = try self.store.changes(decision, after: after, limit: limit + 1, in: tx)
            let people = try self.store.summaries(of: Set(rows.map(\.by)), in: tx)
            return Page(rows, limit: limit) { Keyset("\($0.version)") }.map { row in
                ResidentChange(
                    version: row.version, at: row.at, by: people[row.by] ?? .nobody(row.by), steps: row.steps)
            }
        }
    }
}

extension NewResident {
    init(_ checked: ResidentDetails.Checked, id: Identifier<Person>) {
        let details = checked.details
        self.init(
            person: NewPerson(
                id: id, fullName: checked.fullName, preferredName: checked.preferredName,
                dateOfBirth: details.dateOfBirth),
            home: details.homeId, unit: details.unitId, room: checked.room, status: details.status,
            movedInOn: details.movedInOn, keyWorker: details.keyWorkerId,
            careTeam: details.keyWorkerId.map { [$0] } ?? [], diedOn: details.diedOn, nhsNumber: checked.nhsNumber)
    }
}

extension ResidentDetails.Checked {
    fileprivate func isSame(as row: PeopleStore.ResidentRow) -> Bool {
        let old = row.resident, new = self.details
        return self.fullName == old.fullName && self.preferredName == old.preferredName && self.room == old.room
            && new.dateOfBirth == old.dateOfBirth && new.homeId == old.homeId && new.unitId == old.unitId
            && new.status == old.status && new.movedInOn == old.movedInOn && new.diedOn == old.diedOn
            && new.keyWorkerId == old.keyWorker?.id && self.nhsNumber == row.nhsNumber
    }
}

extension PeopleStore.ResidentRow {
    /// What became different, field by field, in words.
    fileprivate func steps(to after: ResidentRecord, for visitor: Visitor) -> [ResidentChange.Step] {
        let old = self.resident, new = after.resident
        func unit(_ resident: Resident) -> String? {
            visitor.home(resident.homeId)?.units.first { $0.id == resident.unitId }?.name
        }
        let fields: [(ResidentChange.Field, String?, String?)] = [
            (.fullName, old.fullName, new.fullName), (.preferredName, old.preferredName, new.preferredName),
            (.dateOfBirth, old.dateOfBirth?.words, new.dateOfBirth?.words),
            (.home, visitor.home(old.homeId)?.name, visitor.home(new.homeId)?.name), (.unit, unit(old), unit(new)),
            (.room, old.room, new.room), (.status, old.status.words, new.status.words),
            (.movedInOn, old.movedInOn.words, new.movedInOn.words), (.diedOn, old.diedOn?.words, new.diedOn?.words),
            (.keyWorker, old.keyWorker?.name, new.keyWorker?.name),
            (.nhsNumber, self.nhsNumber?.description, after.nhsNumber?.description),
        ]
        return fields.filter { $0.1 != $0.2 }.map { ResidentChange.Step(field: $0.0, was: $0.1, became: $0.2) }
    }
}

extension PersonSummary {
    /// Every person here has a row; one without is shown as nobody rather than failing the page.
    static func nobody(_ id: Identifier<Person>) -> Self {
        PersonSummary(id: id, name: "Somebody", preferredName: "Somebody", title: "", isStaff: false)
    }
}
