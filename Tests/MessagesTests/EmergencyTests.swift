import Accounts
import Audit
import Foundation
import Jobs
import Kernel
import Messages
import NIOConcurrencyHelpers
import People
import Postgres
import Rotas
import TestKit
import Testing
import Web

/// Opening a record in an emergency: who may, what it opens, and that it is over when it is over.
@Suite(.database, .timeLimit(.minutes(10))) struct EmergencyTests {
    let database = TestDatabase.current.open()

    /// A home with a clock that the test moves.
    struct Kit: Sendable {
        let organisation: TestOrganisation
        let people: PeopleService
        let messages: MessagesService
        let clock = NIOLockedValueBox(Date())
        let told = NIOLockedValueBox<[EmergencyAccess]>([])

        init(_ database: Database) async throws {
            self.organisation = try await TestOrganisation(in: database)
            var source = Source()
            source.now = { [clock] in clock.withLockedValue { $0 } }
            let directory = PeopleDirectory(now: source.now)
            self.people = PeopleService(
                database: database, audit: Audit(), directory: directory, source: source
            ).alarming { [told] access, _, _ in told.withLockedValue { $0.append(access) } }
            self.messages = MessagesService(
                database: database, inbox: Inbox { _ in }, jobs: Jobs(source: source), audit: Audit(),
                people: directory, accounts: AccountsDirectory(audit: Audit()), rotas: RotasDirectory(),
                source: source)
        }

        func pass(_ minutes: Double) { self.clock.withLockedValue { $0 = $0.addingTimeInterval(minutes * 60) } }

        /// Somebody who cares in one unit, and a resident of the other with a care team that talks about them.
        func scene() async throws -> Scene {
            let nurse = try await self.organisation.hire(.registeredNurse)
            let edith = try await self.organisation.admit(unit: self.organisation.terrace, team: [nurse])
            let other = try await self.organisation.hire(.careAssistant)
            let team = try await self.messages.start(
                Opening(kind: .careTeam, resident: edith, members: [other.person], message: Draft(body: "Canary pie")),
                by: nurse
            ).value.id
            let group = try await self.messages.start(
                Opening(kind: .group, subject: "Between us", resident: edith, members: [other.person]), by: nurse
            ).value.id
            return Scene(
                carer: try await self.organisation.hire(.careAssistant, .unit(self.organisation.garden)), nurse: nurse,
                resident: edith, team: team, group: group)
        }

        @discardableResult
        func open(_ scene: Scene, by somebody: Principal? = nil) async throws -> EmergencyAccess {
            try await self.people.openInEmergency(
                EmergencyRequest(
                    fullName: " edith  MARLOW ", dateOfBirth: LocalDate("1938-05-09"),
                    reason: "Found on the floor"), by: self.organisation.visitor(somebody ?? scene.carer)
            ).value
        }

        /// Every way to read something of somebody, by its name, and whether it is open.
        func surfaces(_ scene: Scene) async -> [String: Bool] {
            let carer = scene.carer, time = LocalTime(zone: "Europe/London", now: Date())
            let ways: [(String, () async throws -> Bool)] = [
                (
                    "page",
                    {
                        _ = try await self.people.resident(scene.resident, for: carer); return true
                    }
                ),
                (
                    "needs",
                    {
                        _ = try await self.people.needs(of: scene.resident, for: carer); return true
                    }
                ),
                (
                    "contacts",
                    {
                        _ = try await self.people.contacts(of: scene.resident, for: carer); return true
                    }
                ),
                ("list", { try await self.people.residents(for: carer).items.contains { $0.id == scene.resident } }),
                ("lines", { try await !self.messages.about(scene.resident, for: carer).isEmpty }),
                ("said", { try await !self.messages.said(about: scene.resident, for: carer).items.isEmpty }),
                (
                    "team",
                    {
                        _ = try await self.messages.read(scene.team, by: carer); return true
                    }
                ),
                (
                    "detail",
                    {
                        _ = try await self.messages.detail(of: scene.team, for: carer); return true
                    }
                ),
                (
                    "changes",
                    {
                        _ = try await self.people.changes(of: scene.resident, for: carer); return true
                    }
                ),
                (
                    "group",
                    {
                        _ = try await self.messages.read(scene.group, by: carer); return true
                    }
                ),
                (
                    "search",
                    {
                        try await !self.messages.search(MessageSearch(text: "canary"), in: time, for: carer).items
                            .isEmpty
                    }
                ),
                ("own list", { try await !self.messages.conversations(for: carer).items.isEmpty }),
                (
                    "conversation of one's own",
                    {
                        _ = try await self.messages.start(
                            Opening(
                                kind: .careTeam, resident: scene.resident, members: []), by: carer)
                        return true
                    }
                ),
                (
                    "says",
                    {
                        _ = try await self.messages.send(Draft(body: "x"), to: scene.team, by: carer); return true
                    }
                ),
            ]
            var open: [String: Bool] = [:]
            for (name, way) in ways { open[name] = (try? await way()) ?? false }
            return open
        }
    }

    struct Scene: Sendable {
        let carer: Principal
        let nurse: Principal
        let resident: Identifier<Person>
        let team: Identifier<Conversation>
        let group: Identifier<Conversation>
    }

    /// What an emergency opens; the other surfaces stay shut.
    private static let opened: Set<String> = ["page", "needs", "contacts", "list", "lines", "said", "team", "detail"]

    @Test func `it opens what keeps somebody safe, for an hour, and not a moment longer`() async throws {
        for seed in 0..<6 {
            let kit = try await Kit(self.database), scene = try await kit.scene()
            #expect(await kit.surfaces(scene).filter(\.value).isEmpty)
            try await kit.open(scene)
            let began = kit.clock.withLockedValue { $0 }
            var generator = SystemRandomNumberGenerator()
            let moments: [Double] =
                [0, 59.999, 60, 60.001, 12 * 60 + 1]
                + (0..<3).map { _ in Double.random(in: 0..<60, using: &generator) }
                + (0..<3).map { _ in Double.random(in: 60..<6_000, using: &generator) }
            // In any order: nothing remembers that it was open.
            for minutes in seed.isMultiple(of: 2) ? moments.sorted() : moments.shuffled() {
                kit.clock.withLockedValue { $0 = began.addingTimeInterval(minutes * 60) }
                let open = Set(await kit.surfaces(scene).filter(\.value).keys)
                #expect(open == (minutes < 60 ? Self.opened : []), "\(minutes) minutes")
            }
        }
    }

    @Test(arguments: Role.allCases) func `whose role gives care or answers for it may, and only in their home`(
        _ role: Role
    ) async throws {
        let kit = try await Kit(self.database), scene = try await kit.scene()
        let isAllowed = EmergencyAccess.roles.contains(role)
        let near = try await kit.organisation.hire(role, .unit(kit.organisation.garden))
        let far = try await kit.organisation.hire(role, .home(kit.organisation.harbour.id))
        #expect(
            await outcome { try await kit.open(scene, by: near) } == (isAllowed ? nil : .forbidden), "\(role)")
        #expect(
            await outcome { try await kit.open(scene, by: far) } == (isAllowed ? .invalidRequest : .forbidden),
            "\(role)"
        )
        // Whoever is not in the same home learns as little as of somebody who is not there.
        #expect(await outcome { _ = try await kit.people.resident(scene.resident, for: far) } == .notFound)
        #expect(
            await outcome { _ = try await kit.people.resident(scene.resident, for: near) }
                == (isAllowed ? nil : .notFound), "\(role)")
        #expect(kit.told.withLockedValue { $0.count } == (isAllowed ? 1 : 0))
    }

    @Test func `whoever is looked for and not found is told of in the same words, and it is kept`() async throws {
        let kit = try await Kit(self.database), scene = try await kit.scene()
        _ = try await kit.organisation.admit("Arthur Pell", status: .died)
        for _ in 0..<2 { _ = try await kit.organisation.admit("Twin Smith") }
        _ = try await kit.organisation.admit("Nora Evans", to: kit.organisation.harbour.id)
        let born = LocalDate("1938-05-09"), visitor = kit.organisation.visitor(scene.carer)
        for (name, room, day) in [
            ("Edith Marlow", "0", nil), ("Edith Marlow", nil, LocalDate("1938-05-08")), ("Edith", nil, born),
            ("%", nil, born), ("Arthur Pell", nil, born), ("Twin Smith", nil, born), ("Nora Evans", nil, born),
        ] as [(String, String?, LocalDate?)] {
            await #expect(throws: PeopleError.nobodyMeant) {
                _ = try await kit.people.openInEmergency(
                    EmergencyRequest(fullName: name, room: room, dateOfBirth: day, reason: "It cannot wait"),
                    by: visitor)
            }
        }
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let missed = try await admin.read(
            as: .system("test"),
            """
            SELECT FROM audit.entry WHERE tenant_id = \(kit.organisation.id.uuid)
                AND action = 'people.miss_in_emergency' AND kind = 'break_glass'
            """)
        #expect(missed.count == 7)
        for (request, field) in [
            (EmergencyRequest(fullName: " ", room: "1", reason: "It cannot wait"), "/full_name"),
            (EmergencyRequest(fullName: "Edith Marlow", room: " ", reason: "It cannot wait"), "/room"),
            (EmergencyRequest(fullName: "Edith Marlow", room: "1", reason: " because "), "/reason"),
            (
                EmergencyRequest(fullName: "Edith Marlow", room: "1", reason: String(repeating: "x", count: 501)),
                "/reason"
            ),
        ] {
            await #expect(throws: PeopleError.self) {
                do { _ = try await kit.people.openInEmergency(request, by: visitor) } catch let error as PeopleError {
                    #expect(error.problem.violations.map(\.pointer) == [field])
                    throw error
                }
            }
        }
        await admin.shutDown()
    }

    @Test func `nobody opens the same record again by themselves, nor one that opens anyway`() async throws {
        let kit = try await Kit(self.database), scene = try await kit.scene()
        await #expect(throws: PeopleError.opensAnyway(scene.resident)) { try await kit.open(scene, by: scene.nurse) }
        let results = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { (try? await kit.open(scene)) != nil } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.filter { $0 }.count == 1)
        await #expect(throws: PeopleError.opensAnyway(scene.resident)) { try await kit.open(scene) }
        for minutes: Double in [60, 300, 300] {
            kit.pass(minutes)
            await #expect(throws: PeopleError.openedBefore) { try await kit.open(scene) }
        }
        kit.pass(61)
        try await kit.open(scene)
        #expect(kit.told.withLockedValue { $0.count } == 2)
    }

    @Test func `each look is on record as one in an emergency, and ordinary ones are not`() async throws {
        let kit = try await Kit(self.database), scene = try await kit.scene()
        try await kit.open(scene)
        _ = try await kit.people.resident(scene.resident, for: scene.carer)
        _ = try await kit.messages.read(scene.team, by: scene.carer)
        _ = try await kit.people.resident(scene.resident, for: scene.nurse)
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let rows = try await admin.read(
            as: .system("test"),
            """
            SELECT action, kind FROM audit.entry WHERE tenant_id = \(kit.organisation.id.uuid)
                AND person_id = \(scene.carer.person.uuid) AND resident_id = \(scene.resident.uuid) ORDER BY at, id
            """
        ).map { "\(try $0.read("action", as: String.self)) \(try $0.read("kind", as: String.self))" }
        #expect(
            rows.sorted() == [
                "audit.read_in_emergency break_glass", "audit.read_in_emergency break_glass", "messages.read read",
                "people.open_in_emergency break_glass", "people.read_resident read",
            ])
        let ordinary = try await admin.read(
            as: .system("test"),
            """
            SELECT FROM audit.entry WHERE tenant_id = \(kit.organisation.id.uuid) AND kind = 'break_glass'
                AND person_id = \(scene.nurse.person.uuid)
            """)
        #expect(ordinary.count == 0)
        await admin.shutDown()
    }

    @Test(arguments: Role.allCases) func `those in charge of the home look at it again, and never whoever opened it`(
        _ role: Role
    ) async throws {
        let kit = try await Kit(self.database), scene = try await kit.scene(), access = try await kit.open(scene)
        for (reach, isHere) in [
            (Reach.organisation, true), (.home(kit.organisation.rowan.id), true),
            (.home(kit.organisation.harbour.id), false),
        ] {
            let asker = try await kit.organisation.hire(role, reach)
            let isManager = Role.management.contains(role), reads = (isManager || role == .dpo) && isHere
            let listed = try? await kit.people.emergencies(for: asker).items.map(\.id)
            #expect(listed == (isManager || role == .dpo ? (reads ? [access.id] : []) : nil), "\(role) \(reach)")
            #expect(
                await outcome { _ = try await kit.people.emergency(access.id, for: asker) }
                    == (reads ? nil : .notFound), "\(role) \(reach)")
            let refused = await outcome {
                _ = try await kit.people.review(access.id, EmergencyReview(isJustified: true), by: asker)
            }
            // The first who may has looked at it; nobody does so twice.
            let first = isManager && reach == .organisation
            #expect(refused == (first ? nil : reads ? .forbidden : .notFound), "\(role) \(reach)")
        }
    }

    @Test func `what was not justified is over at once, and nobody judges themselves`() async throws {
        let kit = try await Kit(self.database), scene = try await kit.scene()
        let deputy = try await kit.organisation.hire(.deputyManager, .unit(kit.organisation.garden))
        let manager = try await kit.organisation.hire(.registeredManager)
        let own = try await kit.open(scene, by: deputy)
        let promoted = Principal(
            person: deputy.person, organisation: deputy.organisation,
            grants: [Grant(.registeredManager, .organisation)])
        for principal in [deputy, promoted] {
            #expect(await outcome { _ = try await kit.people.emergency(own.id, for: principal) } == .notFound)
            #expect(
                await outcome {
                    _ = try await kit.people.review(own.id, EmergencyReview(isJustified: true), by: principal)
                } == .notFound)
            #expect(try await kit.people.emergencies(for: principal).items.isEmpty)
        }
        let access = try await kit.open(scene)
        for words in [nil, " "] {
            #expect(
                await outcome {
                    _ = try await kit.people.review(
                        access.id, EmergencyReview(isJustified: false, words: words), by: manager)
                } == .invalidRequest)
        }
        #expect(await kit.surfaces(scene)["page"] == true)
        let reviewed = try await kit.people.review(
            access.id, EmergencyReview(isJustified: false, words: " The wrong room "), by: manager
        ).value
        #expect(reviewed.review?.words == "The wrong room" && reviewed.review?.isJustified == false)
        #expect(await kit.surfaces(scene).filter(\.value).isEmpty)
        let waiting = try await kit.people.emergencies(isWaiting: true, for: manager)
        #expect(waiting.items.map(\.id) == [own.id])
    }

    @Test func `the list has pages, the newest first`() async throws {
        let kit = try await Kit(self.database)
        let carer = try await kit.organisation.hire(.careAssistant, .unit(kit.organisation.garden))
        let manager = try await kit.organisation.hire(.registeredManager)
        var opened: [Identifier<EmergencyAccess>] = []
        for number in 0..<5 {
            let name = "Resident \(number)"
            _ = try await kit.organisation.admit(name, unit: kit.organisation.terrace)
            opened.append(
                try await kit.people.openInEmergency(
                    EmergencyRequest(
                        fullName: name, dateOfBirth: LocalDate("1938-05-09"), reason: "It cannot wait"),
                    by: kit.organisation.visitor(carer)
                ).value.id)
            kit.pass(1)
        }
        var seen: [Identifier<EmergencyAccess>] = [], after: Keyset?
        repeat {
            let page = try await kit.people.emergencies(after: after, limit: 2, for: manager)
            seen += page.items.map(\.id)
            after = try page.next.map { try Keyset($0, parts: 2) }
        } while after != nil
        #expect(seen == opened.reversed())
    }
}
