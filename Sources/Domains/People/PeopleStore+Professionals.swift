import FoundationEssentials
import Kernel
import Postgres

/// Professionals from outside, and whose they are.
extension PeopleStore {
    private static let professionalColumns: SQL = """
        professional.id AS professional_id, full_name, role, works_for, register, registration_number, telephone, email,
        comes_in, version, end_reason
        """

    private func professional(_ row: PostgresRow) throws -> Professional {
        Professional(
            id: Identifier(try row.read("professional_id")),
            details: ProfessionalDetails(
                fullName: try row.read("full_name"),
                // A word of a newer release is shown as what every one of them is at least.
                role: Role(rawValue: try row.read("role")) ?? .ahp, worksFor: try row.readIfPresent("works_for"),
                register: try row.readIfPresent("register", as: String.self).flatMap { .init(rawValue: $0) },
                registrationNumber: try row.readIfPresent("registration_number"),
                telephone: try row.readIfPresent("telephone"), email: try row.readIfPresent("email"),
                comesIn: try row.readIfPresent("comes_in")),
            endReason: try row.readIfPresent("end_reason"), version: try row.read("version"))
    }

    /// Those who come in now, by name.
    func professionals(
        _: Decision<ListProfessionals>, matching search: String?, role: Role?, after: Keyset?, limit: Int,
        in tx: borrowing Transaction
    ) throws -> [Professional] {
        let words: SQL =
            search.map { text in
                """
                AND (position(lower(\(text)) IN lower(full_name)) > 0
                    OR position(lower(\(text)) IN lower(coalesce(works_for, ''))) > 0)
                """
            } ?? ""
        let kind: SQL = role.map { "AND role = \($0.rawValue)" } ?? ""
        let following: SQL =
            try after.map { key in
                guard let name = key.parts.first, let id = key.parts.last.flatMap({ Identifier<Professional>($0) })
                else { throw Problem(.badRequest, "This page of the list cannot be found") }
                return "AND (full_name, id) > (\(name), \(id.uuid))"
            } ?? ""
        return try tx.execute(
            """
            SELECT \(fragment: Self.professionalColumns) FROM people.professional
            WHERE tenant_id = app.tid() AND ended_at IS NULL \(fragment: words) \(fragment: kind)
                \(fragment: following)
            ORDER BY full_name, id LIMIT \(limit)
            """
        ).map(self.professional)
    }

    /// One of them, ended or not; with `holding`, they stay as they are until the commit.
    func professional(
        _ id: Identifier<Professional>, holding: Bool = false, in tx: borrowing Transaction
    ) throws -> Professional? {
        let lock: SQL = holding ? "FOR UPDATE" : ""
        return try tx.execute(
            """
            SELECT \(fragment: Self.professionalColumns) FROM people.professional
            WHERE tenant_id = app.tid() AND id = \(id.uuid) \(fragment: lock)
            """
        ).first.map(self.professional)
    }

    func insert(
        _ details: ProfessionalDetails, id: Identifier<Professional>, _: Decision<AddProfessional>,
        in tx: borrowing Transaction
    ) throws {
        try self.insert(details, id: id, in: tx)
    }

    /// For one who is brought in, too.
    func insert(
        _ details: ProfessionalDetails, id: Identifier<Professional>, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO people.professional (tenant_id, id, full_name, role, works_for, register, registration_number,
                telephone, email, comes_in)
            VALUES (app.tid(), \(id.uuid), \(details.fullName), \(details.role.rawValue), \(details.worksFor),
                \(details.register?.rawValue), \(details.registrationNumber), \(details.telephone), \(details.email),
                \(details.comesIn))
            """)
    }

    func update(
        _ details: ProfessionalDetails, _ decision: Decision<ChangeProfessional>, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE people.professional SET full_name = \(details.fullName), role = \(details.role.rawValue),
                works_for = \(details.worksFor), register = \(details.register?.rawValue),
                registration_number = \(details.registrationNumber), telephone = \(details.telephone),
                email = \(details.email), comes_in = \(details.comesIn), version = version + 1
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)
            """)
    }

    /// Ends them, and that they are anybody's.
    func end(
        _ decision: Decision<ChangeProfessional>, because reason: String, on today: LocalDate, at now: Date,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE people.professional SET ended_at = \(now), ended_by = \(decision.person.uuid),
                end_reason = \(reason), version = version + 1
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)
            """)
        try tx.execute(
            """
            UPDATE people.resident_professional SET until = greatest(since, \(today)::date), ended_at = \(now),
                ended_by = \(decision.person.uuid)
            WHERE tenant_id = app.tid() AND professional_id = \(decision.object.uuid) AND ended_at IS NULL
            """)
    }

    // MARK: History

    func note(
        _ steps: [ProfessionalChange.Step], making version: Int, of professional: Identifier<Professional>,
        by person: Identifier<Person>, at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO people.professional_change
                (tenant_id, professional_id, version, field, was, became, changed_by, changed_at)
            SELECT app.tid(), \(professional.uuid), \(version), field, was, became, \(person.uuid), \(now)
            FROM unnest(\(steps.map(\.field.rawValue)), \(steps.map(\.was)), \(steps.map(\.became)))
                AS step (field, was, became)
            """)
    }

    /// The newest first, as many as somebody would look at.
    func changes<Act: Permission>(
        _ decision: Decision<Act>, in tx: borrowing Transaction
    ) throws -> [ProfessionalChange] where Act.Object == Professional {
        let rows = try tx.execute(
            """
            SELECT version, changed_at, changed_by, field, was, became FROM people.professional_change
            WHERE tenant_id = app.tid() AND professional_id = \(decision.object.uuid)
            ORDER BY version DESC, field LIMIT 200
            """)
        let people = try self.summaries(
            of: Set(rows.map { Identifier(try $0.read("changed_by", as: UUID.self)) }), in: tx)
        var changes: [ProfessionalChange] = []
        for row in rows {
            guard let field = Professional.Field(rawValue: try row.read("field")) else { continue }
            let step = ProfessionalChange.Step(
                field: field, was: try row.readIfPresent("was"), became: try row.readIfPresent("became"))
            let version = try row.read("version", as: Int.self)
            let by = Identifier<Person>(try row.read("changed_by"))
            var steps = [step]
            if let last = changes.last, last.version == version {
                steps = last.steps + steps
                changes.removeLast()
            }
            changes.append(
                ProfessionalChange(
                    version: version, at: try row.read("changed_at"), by: people[by] ?? .nobody(by), steps: steps))
        }
        return changes
    }

    // MARK: Whose they are

    /// Those who are a resident's now, by name.
    func professionals<Act: Permission>(
        _ decision: Decision<Act>, in tx: borrowing Transaction
    ) throws -> [ResidentProfessional] where Act.Object == Person {
        try tx.execute(
            """
            SELECT link.id, link.since, link.until, \(fragment: Self.professionalColumns)
            FROM people.resident_professional AS link
            JOIN people.professional ON professional.tenant_id = app.tid() AND professional.id = link.professional_id
            WHERE link.tenant_id = app.tid() AND link.resident_id = \(decision.object.uuid) AND link.ended_at IS NULL
            ORDER BY full_name, link.id
            """
        ).map { row in
            ResidentProfessional(
                id: Identifier(try row.read("id")), residentId: decision.object,
                professional: try self.professional(row),
                since: try row.read("since"), until: try row.readIfPresent("until"))
        }
    }

    /// `false` if they are the resident's already.
    func link(
        _ professional: Identifier<Professional>, since: LocalDate, id: Identifier<ResidentProfessional>,
        _ decision: Decision<LinkProfessional>, at now: Date, in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO people.resident_professional
                (tenant_id, id, resident_id, professional_id, since, linked_by, linked_at)
            VALUES (app.tid(), \(id.uuid), \(decision.object.uuid), \(professional.uuid), \(since),
                \(decision.person.uuid), \(now))
            ON CONFLICT (tenant_id, resident_id, professional_id) WHERE ended_at IS NULL DO NOTHING
            """
        ).affected == 1
    }

    func unlink(
        _ link: Identifier<ResidentProfessional>, until: LocalDate, _ decision: Decision<LinkProfessional>,
        at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE people.resident_professional SET until = \(until), ended_at = \(now),
                ended_by = \(decision.person.uuid)
            WHERE tenant_id = app.tid() AND id = \(link.uuid) AND resident_id = \(decision.object.uuid)
                AND ended_at IS NULL
            """)
    }
}
