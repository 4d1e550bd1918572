import FoundationEssentials
import Kernel
import Postgres

/// Records that are opened in an emergency.
extension PeopleStore {
    /// Whether somebody has a resident's record open so now: the one place that says it.
    ///
    /// `resident` is the column or value with whose record it is.
    static func openedInEmergency(by person: Identifier<Person>, of resident: SQL, at now: Date) -> SQL {
        """
        EXISTS (SELECT FROM people.emergency_access AS opened WHERE opened.tenant_id = app.tid()
            AND opened.person_id = \(person.uuid) AND opened.resident_id = \(fragment: resident)
            AND opened.opened_at <= \(now) AND opened.ends_at > \(now))
        """
    }

    /// The residents of these homes whom somebody means, held until the commit; two at most.
    func residents(
        meant request: EmergencyRequest, in homes: [Identifier<Home>], _: Decision<OpenInEmergency>,
        in tx: borrowing Transaction
    ) throws -> [(id: Identifier<Person>, home: Identifier<Home>)] {
        let room: SQL = request.room.map { "AND lower(resident.room) = lower(\($0))" } ?? ""
        let born: SQL = request.dateOfBirth.map { "AND person.date_of_birth = \($0.description)::text::date" } ?? ""
        return try tx.execute(
            """
            SELECT person.id, resident.home_id FROM people.resident
            JOIN people.person ON person.tenant_id = app.tid() AND person.id = resident.person_id
            WHERE resident.tenant_id = app.tid() AND resident.home_id = ANY (\(homes.map(\.uuid)))
                AND resident.status IN ('current', 'hospital', 'respite')
                AND lower(person.full_name) = lower(\(request.fullName)) \(fragment: room) \(fragment: born)
            ORDER BY person.id LIMIT 2 FOR UPDATE OF resident
            """
        ).map { (Identifier(try $0.read("id")), Identifier(try $0.read("home_id"))) }
    }

    /// Whether somebody has opened a record so since a time.
    func hasOpened(
        _ resident: Identifier<Person>, since: Date, _ decision: Decision<OpenInEmergency>,
        in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            SELECT EXISTS (SELECT FROM people.emergency_access WHERE tenant_id = app.tid()
                AND person_id = \(decision.person.uuid) AND resident_id = \(resident.uuid) AND opened_at > \(since))
                AS has_opened
            """
        ).first?.read("has_opened") ?? false
    }

    func open(
        _ resident: Identifier<Person>, in home: Identifier<Home>, as id: Identifier<EmergencyAccess>,
        because reason: String, _ decision: Decision<OpenInEmergency>, at now: Date, until end: Date,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO people.emergency_access
                (tenant_id, id, resident_id, person_id, home_id, reason, opened_at, ends_at)
            VALUES (app.tid(), \(id.uuid), \(resident.uuid), \(decision.person.uuid), \(home.uuid), \(reason), \(now),
                \(end))
            """)
    }

    /// Until when somebody who reads a record in an emergency has it open.
    func emergencyEnd<Act: Permission>(
        _ decision: Decision<Act>, in tx: borrowing Transaction
    ) throws -> Date? where Act.Object == Person {
        let now = self.now()
        return try tx.execute(
            """
            SELECT max(ends_at) AS ends_at FROM people.emergency_access WHERE tenant_id = app.tid()
                AND person_id = \(decision.person.uuid) AND resident_id = \(decision.object.uuid)
                AND opened_at <= \(now) AND ends_at > \(now)
            """
        ).first?.readIfPresent("ends_at")
    }

    /// What a person has open so now.
    func openEmergencies(of person: Identifier<Person>, in tx: borrowing Transaction) throws -> [OpenEmergency] {
        let now = self.now()
        return try tx.execute(
            """
            SELECT resident_id, full_name, home_id, ends_at FROM people.emergency_access
            JOIN people.person ON person.tenant_id = app.tid() AND person.id = resident_id
            WHERE emergency_access.tenant_id = app.tid() AND person_id = \(person.uuid)
                AND opened_at <= \(now) AND ends_at > \(now)
            ORDER BY ends_at, resident_id
            """
        ).map { row in
            OpenEmergency(
                resident: Identifier(try row.read("resident_id")), name: try row.read("full_name"),
                homeId: Identifier(try row.read("home_id")), endsAt: try row.read("ends_at"))
        }
    }

    // MARK: Looking at it again

    struct EmergencyRow: Sendable {
        let id: Identifier<EmergencyAccess>
        let resident: Identifier<Person>
        let person: Identifier<Person>
        let home: Identifier<Home>
        let unit: Identifier<Unit>?
        let reason: String
        let openedAt: Date
        let endsAt: Date
        let review: (by: Identifier<Person>, at: Date, isJustified: Bool, words: String?)?

        /// Whoever opened it must not be the one who says that it was right, nor see what is said.
        func standing(for principal: Principal) -> Standing<EmergencyAccess> {
            Standing(
                self.id, [], at: Place(home: self.home, unit: self.unit),
                state: self.review == nil ? "waiting" : "reviewed",
                guarding: self.person == principal.person ? .denied : .none)
        }
    }

    private static let emergencyColumns: SQL = """
        emergency_access.id, emergency_access.resident_id, emergency_access.person_id, emergency_access.home_id,
        resident.unit_id, reason, opened_at, ends_at, reviewed_at, reviewed_by, is_justified, review_words
        """

    func emergency(
        _ id: Identifier<EmergencyAccess>, holding: Bool = false, in tx: borrowing Transaction
    ) throws -> EmergencyRow? {
        let lock: SQL = holding ? "FOR UPDATE OF emergency_access" : ""
        return try tx.execute(
            """
            SELECT \(fragment: Self.emergencyColumns) FROM people.emergency_access
            JOIN people.resident ON resident.tenant_id = app.tid() AND resident.person_id = resident_id
            WHERE emergency_access.tenant_id = app.tid() AND emergency_access.id = \(id.uuid) \(fragment: lock)
            """
        ).first.map(self.emergency)
    }

    /// What the table of ``ReadEmergency`` shows, the newest first.
    func emergencies(
        _ decision: Decision<ListEmergencies>, isWaiting: Bool, after: Keyset?, limit: Int,
        in tx: borrowing Transaction
    ) throws -> [EmergencyRow] {
        let visible = ReadEmergency.predicate(
            for: decision.principal, state: "CASE WHEN reviewed_at IS NULL THEN 'waiting' ELSE 'reviewed' END",
            denied: "emergency_access.person_id = \(decision.person.uuid)"
        ) { reach in
            switch reach {
            case .organisation: "true"
            case .home(let home): "emergency_access.home_id = \(home.uuid)"
            case .unit(let unit): "resident.unit_id = \(unit.uuid)"
            }
        } relation: { _ in
            "false"
        }
        let waiting: SQL = isWaiting ? "AND reviewed_at IS NULL" : ""
        return try tx.execute(
            """
            SELECT \(fragment: Self.emergencyColumns) FROM people.emergency_access
            JOIN people.resident ON resident.tenant_id = app.tid() AND resident.person_id = resident_id
            WHERE emergency_access.tenant_id = app.tid() AND \(fragment: visible) \(fragment: waiting)
                \(fragment: try Self.emergenciesFollowing(after))
            ORDER BY opened_at DESC, emergency_access.id DESC LIMIT \(limit)
            """
        ).map(self.emergency)
    }

    private static func emergenciesFollowing(_ key: Keyset?) throws -> SQL {
        guard let key else { return "" }
        guard key.parts.count == 2, let microseconds = key.parts.first.flatMap({ Int($0) }),
            // Until the year 3000; later ones are nobody's.
            (0...32_503_680_000_000_000).contains(microseconds),
            let id = key.parts.last.flatMap({ Identifier<EmergencyAccess>($0) })
        else { throw Problem(.badRequest, "This page of the list cannot be found") }
        return """
            AND (opened_at, emergency_access.id)
                < (timestamptz 'epoch' + \(microseconds) * interval '1 microsecond', \(id.uuid))
            """
    }

    static func key(_ row: EmergencyRow) -> Keyset {
        let microseconds = (row.openedAt.timeIntervalSince1970 * 1_000_000).rounded()
        return Keyset("\(Int(microseconds))", row.id.description)
    }

    /// What was not justified is over at once.
    func review(
        _ review: EmergencyReview, words: String?, _ decision: Decision<ReviewEmergency>, at now: Date,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE people.emergency_access SET reviewed_at = \(now), reviewed_by = \(decision.person.uuid),
                is_justified = \(review.isJustified), review_words = \(words),
                ends_at = CASE WHEN \(review.isJustified) THEN ends_at
                    ELSE greatest(opened_at, least(ends_at, \(now))) END
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid) AND reviewed_at IS NULL
            """)
    }

    private func emergency(_ row: PostgresRow) throws -> EmergencyRow {
        let reviewer = try row.readIfPresent("reviewed_by", as: UUID.self)
        return EmergencyRow(
            id: Identifier(try row.read("id")), resident: Identifier(try row.read("resident_id")),
            person: Identifier(try row.read("person_id")), home: Identifier(try row.read("home_id")),
            unit: try row.readIfPresent("unit_id", as: UUID.self).map { Identifier($0) },
            reason: try row.read("reason"), openedAt: try row.read("opened_at"), endsAt: try row.read("ends_at"),
            review: try reviewer.map { reviewer in
                (
                    Identifier(reviewer), try row.read("reviewed_at"), try row.read("is_justified"),
                    try row.readIfPresent("review_words")
                )
            })
    }
}
