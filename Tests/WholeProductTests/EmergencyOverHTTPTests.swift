import Foundation
import HTTPTypes
import Kernel
import Messages
import People
import Postgres
import TestKit
import Testing
import WriteCareConnect

@testable import Accounts
@testable import Web

/// What an emergency opens, by every route there is, while it lasts and afterwards.
@Suite(.database, .timeLimit(.minutes(10))) struct EmergencyOverHTTPTests {
    /// The acts that an emergency allows; each of them reads.
    private static let opened: Set<String> = [
        "people.read_resident", "people.read_needs", "people.read_contacts", "people.read_photo",
        "people.read_resident_professionals", "messages.read_about_resident",
    ]

    /// Somebody who cares in the garden, and a resident of the same home who does not live there.
    private func scene(_ world: World) async throws -> (someone: Someone, scene: Scene, room: String) {
        let person = NewPerson(id: .any(), fullName: "\(world.mark) Passer By", preferredName: "\(world.mark)")
        let username = "\(world.mark).passer", room = "\(Int.random(in: 1...999_999))",
            resident = Identifier<Person>.any()
        let hash = try await world.wcc.accounts.passwords.hash(Password(World.password))
        let account = NewAccount(
            id: .any(), person: person.id, username: SignInName(unchecked: username), password: hash,
            grants: [Grant(.careAssistant, .unit(world.unit))])
        let movedIn = try #require(LocalDate("2026-02-02"))
        let nurse = world[.nurse].principal, directory = world.wcc.accounts.directory
        try await world.wcc.database.transaction(as: .tenant(world.id)) { tx in
            let people = PeopleDirectory()
            try people.enrol(
                staff: [NewStaff(person: person, home: world.home, unit: world.unit, jobTitle: "Carer")],
                residents: [
                    NewResident(
                        person: NewPerson(id: resident, fullName: "Dora \(world.mark)", preferredName: "Dora"),
                        home: world.home, unit: nil, room: room, status: .current,
                        movedInOn: movedIn, keyWorker: nurse.person,
                        careTeam: [nurse.person])
                ], in: tx)
            try directory.open([account], at: Date().addingTimeInterval(-60), in: tx)
        }
        let signIn = try await world.wcc.accounts.signIn(
            SignInAttempt(
                name: username, password: Password(World.password), network: AddressPrefix("10.77.1.1"), agent: "Tests")
        )
        let someone = Someone(
            part: .colleague, principal: signIn.visitor.principal, username: username,
            cookie: "__Host-wcc=\(signIn.secret.text.value)", token: FormToken(for: signIn.visitor).text,
            search: try signIn.visitor.seal(#"{"text":"said"}"#, for: "search"))
        var scene = try await world.scene()
        scene.resident = resident
        scene.conversation = try await world.wcc.messages.start(
            Opening(
                kind: .careTeam, resident: resident, members: [world[.colleague].principal.person],
                message: Draft(body: "\(world.mark) canary")), by: nurse
        ).value.id
        return (someone, scene, room)
    }

    @Test func `it opens what reads and nothing that writes, and all of it is shut when it is over`() async throws {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "opened")
            let (someone, scene, room) = try await self.scene(world)
            let samples = Sample.all.filter { [.resident, .conversation].contains($0.target) && !$0.endsSignIn }
            #expect(samples.count > 40)
            func expectShut(_ when: String) async throws {
                for sample in samples {
                    let answer = try await asking.ask(sample, scene, as: someone)
                    #expect(answer.status == .notFound, "\(when): \(sample.testDescription)")
                    let nothing = try await asking.ask(sample, scene.imagined(), as: someone)
                    #expect(answer.comparable == nothing.comparable, "\(when): \(sample.testDescription)")
                }
                for path in ["/residents", "/api/v1/people/residents", "/today", "/messages", "/api/v1/events"] {
                    let answer = try await asking.send(.get, path, as: someone)
                    #expect(
                        answer.status == .ok && !answer.text.contains(scene.resident.description), "\(when) \(path)")
                    #expect(!answer.text.contains("canary"), "\(when) \(path)")
                }
            }
            try await expectShut("before")
            let start = try await wcc.streams.cursor(of: someone.principal)
            let heard = try await wcc.streams.cursor(of: world[.manager].principal)
            var headers: HTTPFields = [.contentType: "application/json"]
            headers[try #require(HTTPField.Name("Idempotency-Key"))] = UUID().uuidString
            let body = #"{"full_name":"dora \#(world.mark)","room":"\#(room)","reason":"Found on the floor"}"#
            let opened = try await asking.send(.post, "/api/v1/people/emergencies", headers, body, as: someone)
            #expect(opened.status == .created, "\(opened.text)")
            // The manager hears at once.
            let told = try await asking.send(.get, "/api/v1/events?after=\(heard)", as: world[.manager])
            #expect(told.text.contains("people.emergency"))
            let today = try await asking.send(.get, "/today", [.accept: "text/html"], as: world[.manager])
            #expect(today.text.contains("Found on the floor") && today.text.contains("Dora \(world.mark)"))

            for sample in samples {
                let answer = try await asking.ask(sample, scene, as: someone)
                let opens =
                    sample.target == .resident
                    ? Self.opened.contains(sample.act?.name ?? "") : sample.act == ReadConversation.self
                // What is about a photo, a contact or a message that is not there is not there for anybody.
                let isThere = ![.notFound].contains(answer.status)
                if opens, isThere { #expect(answer.status == .ok, "\(sample.testDescription)") }
                if !opens { #expect([403, 404].contains(answer.status.code), "\(sample.testDescription)") }
            }
            let page = try await asking.send(
                .get, "/residents/\(scene.resident)", [.accept: "text/html"], as: someone)
            #expect(page.status == .ok && page.text.contains("Each look is recorded"))
            let seconds = page.headers[.refresh].flatMap { Int($0.prefix { $0 != ";" }) } ?? 0
            #expect((3_000...3_600).contains(seconds))
            let messages = try await asking.send(.get, "/messages", [.accept: "text/html"], as: someone)
            #expect(messages.text.contains("Emergency access to Dora"))

            try await admin.transaction(as: .system("test")) { [id = world.id] tx in
                _ = try tx.execute(
                    """
                    UPDATE people.emergency_access SET opened_at = opened_at - interval '60 minutes',
                        ends_at = ends_at - interval '60 minutes' WHERE tenant_id = \(id.uuid)
                    """)
            }
            try await expectShut("after")
            let stream = try await asking.send(.get, "/api/v1/events?after=\(start)", as: someone)
            #expect(!stream.text.contains("data: {"))
        }
        await admin.shutDown()
    }
}
