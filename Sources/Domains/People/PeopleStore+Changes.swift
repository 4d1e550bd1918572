import FoundationEssentials
import Kernel
import Postgres

/// Changing what is known of a resident, and who cares for them.
extension PeopleStore {
    func update(
        _ details: ResidentDetails.Checked, _ decision: Decision<ChangeResident>, in tx: borrowing Transaction
    ) throws {
        let fields = details.details
        try tx.execute(
            """
            UPDATE people.person SET full_name = \(details.fullName), preferred_name = \(details.preferredName),
                date_of_birth = \(fields.dateOfBirth), version = version + 1
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)
            """)
        do {
            try tx.execute(
                """
                UPDATE people.resident SET home_id = \(fields.homeId.uuid), unit_id = \(fields.unitId?.uuid),
                    room = \(details.room), status = \(fields.status.rawValue), moved_in_on = \(fields.movedInOn),
                    died_on = \(fields.diedOn), key_worker_id = \(fields.keyWorkerId?.uuid),
                    nhs_number = \(details.nhsNumber?.digits), version = version + 1
                WHERE tenant_id = app.tid() AND person_id = \(decision.object.uuid)
                """)
        } catch {
            throw Self.explain(error)
        }
    }

    // MARK: History

    func note(
        _ steps: [ResidentChange.Step], making version: Int, of residents: [Identifier<Person>],
        by person: Identifier<Person>, at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO people.resident_change
                (tenant_id, resident_id, version, field, was, became, changed_by, changed_at)
            SELECT app.tid(), resident, \(version), field, was, became, \(person.uuid), \(now)
            FROM unnest(\(residents.map(\.uuid))) AS resident,
                unnest(\(steps.map(\.field.rawValue)), \(steps.map(\.was)), \(steps.map(\.became)))
                AS step (field, was, became)
            """)
    }

    /// A change as it is stored, by somebody who is still to be named.
    struct ChangeRow: Sendable {
        let version: Int
        let at: Date
        let by: Identifier<Person>
        var steps: [ResidentChange.Step]
    }

    /// The newest first.
    func changes(
        _ decision: Decision<ReadResidentChanges>, after: Keyset?, limit: Int, in tx: borrowing Transaction
    ) throws -> [ChangeRow] {
        let before = try after.map { key in
            guard let version = key.parts.first.flatMap({ Int($0) }) else {
                throw Problem(.badRequest, "This page of the list cannot be found")
            }
            return version
        }
        let rows = try tx.execute(
            """
            SELECT version, changed_at, changed_by, field, was, became FROM people.resident_change
            WHERE tenant_id = app.tid() AND resident_id = \(decision.object.uuid) AND version IN (
                SELECT DISTINCT version FROM people.resident_change
                WHERE tenant_id = app.tid() AND resident_id = \(decision.object.uuid)
                    AND version < \(before ?? Int.max)
                ORDER BY version DESC LIMIT \(limit))
            ORDER BY version DESC, field
            """)
        var changes: [ChangeRow] = []
        for row in rows {
            guard let field = ResidentChange.Field(rawValue: try row.read("field")) else { continue }
            let step = ResidentChange.Step(
                field: field, was: try row.readIfPresent("was"), became: try row.readIfPresent("became"))
            let version = try row.read("version", as: Int.self)
            if changes.last?.version == version {
                changes[changes.count - 1].steps.append(step)
            } else {
                changes.append(
                    ChangeRow(
                        version: version, at: try row.read("changed_at"), by: Identifier(try row.read("changed_by")),
                        steps: [step]))
            }
        }
        return changes
    }

    // MARK: The care team

    /// Whether somebody works here now.
    func works(_ person: Identifier<Person>, in tx: borrowing Transaction) throws -> Bool {
        try tx.execute(
            """
            SELECT FROM people.staff
            WHERE tenant_id = app.tid() AND person_id = \(person.uuid) AND status = 'current'
            """
        ).count == 1
    }

    /// Brings somebody in; `false` if they were in it.
    func add<Act: Permission>(
        _ person: Identifier<Person>, toTeamOf decision: Decision<Act>, at now: Date, in tx: borrowing Transaction
    ) throws -> Bool where Act.Object == Person {
        try tx.execute(
            """
            INSERT INTO people.care_team (tenant_id, resident_id, person_id, since)
            VALUES (app.tid(), \(decision.object.uuid), \(person.uuid), \(now))
            ON CONFLICT (tenant_id, resident_id, person_id) DO UPDATE SET since = excluded.since, until = NULL
                WHERE care_team.until IS NOT NULL
            """
        ).affected == 1
    }

    /// Takes somebody out; `false` if they were not in it.
    func remove(
        _ person: Identifier<Person>, fromTeamOf decision: Decision<ChangeCareTeam>, at now: Date,
        in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE people.care_team SET until = \(now)
            WHERE tenant_id = app.tid() AND resident_id = \(decision.object.uuid) AND person_id = \(person.uuid)
                AND until IS NULL
            """
        ).affected == 1
    }
}
