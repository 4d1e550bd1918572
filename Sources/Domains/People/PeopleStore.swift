import FoundationEssentials
import Kernel
import Postgres

/// Every statement about residents and staff.
///
/// Nothing outside this file names the `people` schema, but for foreign keys and the sign-in that shows a name.
struct PeopleStore: Sendable {
    /// By which what was opened in an emergency is over.
    let now: @Sendable () -> Date

    init(now: @escaping @Sendable () -> Date = { Date() }) { self.now = now }

    // MARK: Anybody

    /// The people of these ids, whoever they are.
    func summaries(
        of people: Set<Identifier<Person>>, in tx: borrowing Transaction
    ) throws -> [Identifier<Person>: PersonSummary] {
        try self.company(of: people, isNoted: false, in: tx).people
    }

    /// With who of them is here, if that is to be noted.
    func company(
        of people: Set<Identifier<Person>>, isNoted: Bool, in tx: borrowing Transaction
    ) throws -> Company {
        if people.isEmpty { return Company(people: [:], here: []) }
        let isHere: SQL = isNoted ? "coalesce(\(fragment: self.isHere), false)" : "false"
        let rows = try tx.execute(
            """
            SELECT person.id, person.full_name, person.preferred_name, job_title, staff.person_id IS NOT NULL AS is_staff,
                resident.room, coalesce(staff.home_id, resident.home_id) AS home_id, contact.relationship,
                \(fragment: isHere) AS is_here
            FROM people.person
            LEFT JOIN people.staff ON staff.tenant_id = app.tid() AND staff.person_id = person.id
            LEFT JOIN people.resident ON resident.tenant_id = app.tid() AND resident.person_id = person.id
            LEFT JOIN people.contact ON contact.tenant_id = app.tid() AND contact.person_id = person.id
            WHERE person.tenant_id = app.tid() AND person.id = ANY (\(people.map(\.uuid)))
            """)
        var found: [Identifier<Person>: PersonSummary] = [:], here: Set<Identifier<Person>> = []
        for row in rows {
            let relationship = try row.readIfPresent("relationship", as: String.self)
            let summary = try self.summary(
                row, title: relationship.map { Contact.Relationship(rawValue: $0)?.words ?? "Contact" })
            found[summary.id] = summary
            if try row.read("is_here") { here.insert(summary.id) }
        }
        return Company(people: found, here: here)
    }

    func summary(_ row: PostgresRow) throws -> PersonSummary { try self.summary(row, title: nil) }

    /// With who they are to a resident, for those who neither work nor live here.
    private func summary(_ row: PostgresRow, title: String?) throws -> PersonSummary {
        let room = try row.readIfPresent("room", as: String.self)
        return PersonSummary(
            id: Identifier(try row.read("id")), name: try row.read("full_name"),
            preferredName: try row.read("preferred_name"),
            title: try row.readIfPresent("job_title") ?? (room == nil ? title ?? "" : "Resident"),
            isStaff: try row.read("is_staff"), room: room,
            homeId: try row.readIfPresent("home_id", as: UUID.self).map { Identifier($0) })
    }

    // MARK: Staff

    func staff(
        _: Decision<ListStaff>, matching search: String?, home: Identifier<Home>?, after: Keyset?, limit: Int,
        in tx: borrowing Transaction
    ) throws -> [FoundColleague] {
        let place: SQL = home.map { "AND (staff.home_id = \($0.uuid) OR staff.home_id IS NULL)" } ?? ""
        return try tx.execute(
            """
            SELECT person.id, full_name, preferred_name, job_title, true AS is_staff, NULL::text AS room,
                staff.home_id, \(fragment: self.isHere) AS is_here
            FROM people.staff
            JOIN people.person ON person.tenant_id = app.tid() AND person.id = staff.person_id
            WHERE staff.tenant_id = app.tid() AND staff.status = 'current' \(fragment: place)
                \(fragment: self.naming(search)) \(fragment: try self.following(after))
            ORDER BY full_name, person.id LIMIT \(limit)
            """
        ).map { (try self.summary($0), try $0.read("is_here")) }
    }

    // MARK: Residents

    /// How somebody stands to a resident; with `holding`, the resident stays as they are until the commit.
    func standing(
        of principal: Principal, to resident: Identifier<Person>, holding: Bool = false, in tx: borrowing Transaction
    ) throws -> Standing<Person>? {
        let lock: SQL = holding ? "FOR UPDATE OF resident" : ""
        return try tx.execute(
            """
            SELECT home_id, unit_id, status, EXISTS (
                SELECT FROM people.care_team WHERE tenant_id = app.tid() AND resident_id = resident.person_id
                    AND care_team.person_id = \(principal.person.uuid) AND until IS NULL) AS is_carer,
                \(fragment: Self.openedInEmergency(by: principal.person, of: "resident.person_id", at: self.now()))
                    AS is_emergency
            FROM people.resident WHERE tenant_id = app.tid() AND person_id = \(resident.uuid) \(fragment: lock)
            """
        ).first.map { row in
            var relations: Set<Relation> = try row.read("is_carer") ? [.careTeam] : []
            if resident == principal.person { relations.insert(.own) }
            if try row.read("is_emergency") { relations.insert(.emergency) }
            return Standing(
                resident, relations,
                at: Place(
                    home: Identifier(try row.read("home_id")),
                    unit: try row.readIfPresent("unit_id", as: UUID.self).map { Identifier($0) }),
                state: try row.read("status"))
        }
    }

    /// A resident and what lists do not show.
    struct ResidentRow: Sendable {
        let resident: Resident
        let nhsNumber: NHSNumber?
        let version: Int
    }

    func resident<Act: Permission>(
        _ decision: Decision<Act>, in tx: borrowing Transaction
    ) throws -> ResidentRow? where Act.Object == Person {
        try tx.execute(
            """
            \(fragment: self.residents) WHERE resident.tenant_id = app.tid()
                AND resident.person_id = \(decision.object.uuid)
            """
        ).first.map { row in
            ResidentRow(
                resident: try self.resident(row),
                nhsNumber: try row.readIfPresent("nhs_number", as: String.self).flatMap { NHSNumber($0) },
                version: try row.read("version"))
        }
    }

    func careTeam<Act: Permission>(
        _ decision: Decision<Act>, in tx: borrowing Transaction
    ) throws -> [PersonSummary] where Act.Object == Person {
        try tx.execute(
            """
            SELECT person.id, full_name, preferred_name, job_title, staff.person_id IS NOT NULL AS is_staff,
                NULL::text AS room, staff.home_id
            FROM people.care_team
            JOIN people.person ON person.tenant_id = app.tid() AND person.id = care_team.person_id
            LEFT JOIN people.staff ON staff.tenant_id = app.tid() AND staff.person_id = person.id
            WHERE care_team.tenant_id = app.tid() AND care_team.resident_id = \(decision.object.uuid)
                AND care_team.until IS NULL
            ORDER BY full_name, person.id
            """
        ).map(self.summary)
    }

    /// What a list may show: the table of ``ReadResident``, as SQL.
    func residents(
        _ decision: Decision<ListResidents>, _ filter: ResidentFilter, after: Keyset?, limit: Int,
        in tx: borrowing Transaction
    ) throws -> [Resident] {
        let carer: SQL = """
            EXISTS (SELECT FROM people.care_team WHERE tenant_id = app.tid() AND resident_id = resident.person_id
                AND care_team.person_id = \(decision.person.uuid) AND until IS NULL)
            """
        let visible = ReadResident.predicate(for: decision.principal, state: "resident.status") { reach in
            switch reach {
            case .organisation: "true"
            case .home(let home): "resident.home_id = \(home.uuid)"
            case .unit(let unit): "resident.unit_id = \(unit.uuid)"
            }
        } relation: { relation in
            switch relation {
            case .careTeam: carer
            case .own: "resident.person_id = \(decision.person.uuid)"
            case .emergency:
                Self.openedInEmergency(by: decision.person, of: "resident.person_id", at: self.now())
            case .member, .place, .passedOn: "false"
            }
        }
        let home: SQL = filter.home.map { "AND resident.home_id = \($0.uuid)" } ?? ""
        let unit: SQL = filter.unit.map { "AND resident.unit_id = \($0.uuid)" } ?? ""
        let status: SQL = filter.status.map { "AND resident.status = \($0.rawValue)" } ?? ""
        let mine: SQL = filter.isMine ? "AND (\(fragment: carer) OR key_worker_id = \(decision.person.uuid))" : ""
        let here: SQL = filter.isHere ? "AND resident.status IN ('current', 'hospital', 'respite')" : ""
        return try tx.execute(
            """
            \(fragment: self.residents) WHERE resident.tenant_id = app.tid() AND \(fragment: visible)
                \(fragment: home) \(fragment: unit) \(fragment: status) \(fragment: mine) \(fragment: here)
                \(fragment: self.naming(filter.search, orRoom: true)) \(fragment: try self.following(after))
            ORDER BY person.full_name, person.id LIMIT \(limit)
            """
        ).map(self.resident)
    }

    private var residents: SQL {
        """
        SELECT person.id, person.full_name, person.preferred_name, person.date_of_birth::text AS date_of_birth,
            resident.home_id, resident.unit_id, resident.room, resident.status,
            resident.moved_in_on::text AS moved_in_on, resident.died_on, resident.nhs_number, resident.version,
            resident.key_worker_id, worker.full_name AS worker_name, worker.preferred_name AS worker_preferred_name, staff.job_title AS worker_title,
            photo.version AS photo_version
        FROM people.resident
        JOIN people.person ON person.tenant_id = app.tid() AND person.id = resident.person_id
        LEFT JOIN people.staff ON staff.tenant_id = app.tid() AND staff.person_id = resident.key_worker_id
        LEFT JOIN people.person AS worker ON worker.tenant_id = app.tid() AND worker.id = resident.key_worker_id
        LEFT JOIN people.photo ON photo.tenant_id = app.tid() AND photo.resident_id = resident.person_id
        """
    }

    private func resident(_ row: PostgresRow) throws -> Resident {
        guard let movedIn = LocalDate(try row.read("moved_in_on", as: String.self)),
            let status = Resident.Status(rawValue: try row.read("status"))
        else { throw PostgresError(.decoding, message: "a resident's date or status") }
        return Resident(
            id: Identifier(try row.read("id")), fullName: try row.read("full_name"),
            preferredName: try row.read("preferred_name"),
            dateOfBirth: try row.readIfPresent("date_of_birth", as: String.self).flatMap { LocalDate($0) },
            homeId: Identifier(try row.read("home_id")),
            unitId: try row.readIfPresent("unit_id", as: UUID.self).map { Identifier($0) },
            room: try row.read("room"), status: status, movedInOn: movedIn,
            diedOn: try row.readIfPresent("died_on"),
            keyWorker: try row.readIfPresent("key_worker_id", as: UUID.self).map { id in
                PersonSummary(
                    id: Identifier(id), name: try row.read("worker_name"),
                    preferredName: try row.read("worker_preferred_name"), title: try row.read("worker_title"),
                    isStaff: true)
            }, photoVersion: try row.readIfPresent("photo_version"))
    }

    /// Whoever's name contains the words as they are, `%` and `_` meaning themselves; or who lives in the room of that
    /// name.
    func naming(_ search: String?, orRoom: Bool = false) -> SQL {
        guard let search, !search.isEmpty else { return "" }
        let room: SQL = orRoom ? "OR lower(resident.room) = lower(\(search))" : ""
        return """
            AND (position(lower(\(search)) IN lower(person.full_name)) > 0
                OR position(lower(\(search)) IN lower(person.preferred_name)) > 0 \(fragment: room))
            """
    }

    func following(_ key: Keyset?) throws -> SQL {
        guard let key else { return "" }
        guard let name = key.parts.first, let id = key.parts.last.flatMap({ Identifier<Person>($0) }) else {
            throw Problem(.badRequest, "This page of the list cannot be found")
        }
        return "AND (person.full_name, person.id) > (\(name), \(id.uuid))"
    }
}
