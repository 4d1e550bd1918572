import Audit
import Foundation
import Kernel
import Messages
import People
import Postgres
import TestKit
import Testing

/// What a record of disciplinary grade needs: named people only, and somebody who must not know, whatever else holds.
@Suite(.database, .timeLimit(.minutes(5))) struct DenialTests {
    let database = TestDatabase.current.open()

    /// A case about a nurse, opened with human resources, that was kept from the nurse and from her manager.
    private struct Scene {
        let kit: MessagesKit
        let opener: Principal
        let member: Principal
        let resident: Identifier<Person>
        let matter: Identifier<Conversation>
        let said: Message
    }

    private func scene() async throws -> Scene {
        let kit = try await MessagesKit(self.database)
        let opener = try await kit.organisation.hire(.registeredNurse), member = try await kit.organisation.hire(.hr)
        let edith = try await kit.organisation.admit(team: [opener])
        let matter = try await kit.messages.start(
            Opening(kind: .matter, subject: "Canary cupboard", resident: edith, members: [member.person]), by: opener
        ).value.id
        let said = try await kit.say("The canary is missing", .urgent, in: matter, by: opener)
        return Scene(kit: kit, opener: opener, member: member, resident: edith, matter: matter, said: said)
    }

    /// Everything that could tell somebody of a case, by its name, as far as it does.
    private func traces(_ scene: Scene, of principal: Principal) async throws -> [String] {
        let kit = scene.kit, matter = scene.matter, time = LocalTime(zone: "Europe/London", now: Date())
        let acts: [(String, () async throws -> Void)] = [
            ("read", { _ = try await kit.messages.read(matter, by: principal) }),
            ("detail", { _ = try await kit.messages.detail(of: matter, for: principal) }),
            ("receipts", { _ = try await kit.messages.receipts(scene.said.id, in: matter, for: principal) }),
            ("tagged", { _ = try await kit.messages.tagged(.fluids, in: matter, for: principal) }),
            ("versions", { _ = try await kit.messages.versions(of: scene.said.id, in: matter, for: principal) }),
            ("say", { try await kit.say("x", in: matter, by: principal) }),
            ("acknowledge", { _ = try await kit.messages.acknowledge(scene.said.id, in: matter, by: principal) }),
            (
                "come in",
                {
                    _ = try await kit.messages.add(
                        Invitation(person: principal.person, seesHistory: true), to: matter, by: principal)
                }
            ),
            ("close", { _ = try await kit.messages.close(matter, with: CaseOutcome("x"), by: principal) }),
            ("deny", { _ = try await kit.messages.deny(Denial(scene.member.person), of: matter, by: principal) }),
            ("leave", { _ = try await kit.messages.leave(matter, by: principal) }),
        ]
        var traces: [String] = []
        for (name, act) in acts where await outcome(act) != .notFound { traces.append(name) }
        if try await !kit.messages.conversations(for: principal).items.isEmpty { traces.append("list") }
        if try await !kit.messages.waiting(for: principal).isEmpty { traces.append("waiting") }
        if try await kit.unread(principal) != (unread: 0, urgent: 0) { traces.append("counts") }
        let found = try await kit.messages.search(MessageSearch(text: "canary"), in: time, for: principal)
        if !found.items.isEmpty { traces.append("search") }
        for (name, lines) in [
            ("lines", try? await kit.messages.about(scene.resident, for: principal).map(\.conversation.id)),
            (
                "said",
                try? await kit.messages.said(about: scene.resident, for: principal).items.map(\.conversation.id)
            ),
            ("unanswered", try? await kit.messages.unanswered(for: principal).map(\.conversation.id)),
        ] where lines?.contains(matter) == true { traces.append(name) }
        return traces
    }

    @Test(arguments: Role.staff.sorted { $0.rawValue < $1.rawValue })
    func `whoever is denied finds no trace, though every role and a place in it would say otherwise`(
        _ role: Role
    ) async throws {
        let scene = try await self.scene(), kit = scene.kit
        let denied = try await kit.organisation.hire(role, .organisation)
        _ = try await kit.messages.add(
            Invitation(person: denied.person, seesHistory: true), to: scene.matter, by: scene.opener)
        try await kit.say("Another canary", .urgent, in: scene.matter, by: scene.opener)
        // The control: it was theirs, counted and found.
        #expect(try await kit.messages.read(scene.matter, by: denied).messages.count == 2)
        #expect(try await kit.unread(denied) == (unread: 2, urgent: 1))
        _ = try await kit.messages.deny(Denial(denied.person), of: scene.matter, by: scene.opener)
        #expect(try await self.traces(scene, of: denied) == [])
        // Somebody brings them back behind the product's back: the row of a member opens nothing.
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        try await admin.transaction(as: .system("test")) { [id = kit.organisation.id] tx in
            _ = try tx.execute(
                """
                INSERT INTO messages.member (tenant_id, conversation_id, person_id)
                VALUES (\(id.uuid), \(scene.matter.uuid), \(denied.person.uuid))
                ON CONFLICT (tenant_id, conversation_id, person_id) DO UPDATE SET until_seq = NULL
                """)
        }
        #expect(try await self.traces(scene, of: denied) == [])
        // For others who are in it, nothing has changed.
        #expect(try await kit.messages.conversations(for: scene.member).items.map(\.conversation.id) == [scene.matter])
        await admin.shutDown()
    }

    @Test(arguments: Role.staff.sorted { $0.rawValue < $1.rawValue })
    func `who says who is in it says who must not know of it, and nobody else`(_ role: Role) async throws {
        let scene = try await self.scene(), kit = scene.kit
        let member = try await kit.organisation.hire(role), outsider = try await kit.organisation.hire(role)
        let subject = try await kit.organisation.hire(.careAssistant)
        _ = try await kit.messages.add(
            Invitation(person: member.person, seesHistory: false), to: scene.matter, by: scene.opener)
        func deny(_ person: Principal, by principal: Principal) async -> Problem.Kind? {
            await outcome {
                _ = try await kit.messages.deny(Denial(person.person), of: scene.matter, by: principal)
            }
        }
        #expect(await deny(subject, by: outsider) == .notFound)
        #expect(await deny(subject, by: member) == (Role.management.contains(role) ? nil : .forbidden))
        #expect(await deny(subject, by: scene.opener) == nil)
        // Once more changes nothing, and nobody shuts themselves out.
        #expect(await deny(subject, by: scene.opener) == nil)
        #expect(await deny(scene.opener, by: scene.opener) == .invalidRequest)
        #expect(
            await outcome {
                _ = try await kit.messages.deny(Denial(scene.resident), of: scene.matter, by: scene.opener)
            } == .invalidRequest)
        let thread = try await kit.messages.read(scene.matter, by: scene.opener)
        #expect(thread.denied?.map(\.id) == [subject.person])
        #expect(try await kit.messages.read(scene.matter, by: scene.member).denied == nil)
        // Nobody can bring them in: neither whoever opened it, nor management in it.
        await #expect(throws: MessagesError.isDenied) {
            _ = try await kit.messages.add(
                Invitation(person: subject.person, seesHistory: false), to: scene.matter, by: scene.opener)
        }
        let manager = try await kit.organisation.hire(.registeredManager), group = try await kit.group(manager, member)
        await #expect(throws: MessagesError.noCase) {
            _ = try await kit.messages.deny(Denial(subject.person), of: group, by: manager)
        }
    }

    /// Whichever comes first, whoever is denied is not in it afterwards.
    @Test func `nobody slips in while they are denied`() async throws {
        for _ in 0..<10 {
            let scene = try await self.scene(), kit = scene.kit
            let subject = try await kit.organisation.hire(.careAssistant)
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try? await kit.messages.add(
                        Invitation(person: subject.person, seesHistory: true), to: scene.matter, by: scene.opener)
                }
                group.addTask {
                    _ = try? await kit.messages.deny(Denial(subject.person), of: scene.matter, by: scene.opener)
                }
            }
            let inside = try await kit.messages.detail(of: scene.matter, for: scene.opener).members
            #expect(!inside.contains { $0.person.id == subject.person })
            #expect(try await self.traces(scene, of: subject) == [])
        }
    }

    @Test func `the audit tells nobody but whoever did it that there is a case`() async throws {
        let scene = try await self.scene(), kit = scene.kit, people = PeopleDirectory()
        let service = AuditService(
            database: self.database, audit: Audit(),
            directory: AuditDirectory(
                names: { ids, tx in
                    try people.summaries(of: ids, in: tx).mapValues {
                        AuditedPerson(id: $0.id, name: $0.name, title: $0.title)
                    }
                }, standing: { try people.standing(of: $0, to: $1, in: $2) }),
            acts: (MessagesModule.permissions + AuditModule.permissions).map { $0 as any Act.Type })
        _ = try await kit.messages.deny(
            Denial(try await kit.organisation.hire(.careAssistant).person), of: scene.matter, by: scene.opener)
        let time = LocalTime(zone: "Europe/London", now: Date())
        for role in [Role.registeredManager, .providerDirector, .nominatedIndividual, .dpo, .caldicottGuardian] {
            let auditor = try await kit.organisation.hire(role, .organisation)
            var search = AuditSearch()
            search.object = scene.matter.uuid
            #expect(try await service.search(search, in: time, for: auditor).page.items.isEmpty, "\(role)")
            let about = try await service.about(scene.resident, in: time, for: auditor).page.items
            #expect(about.allSatisfy { $0.action == "audit.read_resident" }, "\(role): \(about.map(\.action))")
            let export = try await service.export(AuditSearch(), in: time, for: auditor)
            let lines = try await export.page(after: nil).items
            #expect(!lines.isEmpty && lines.allSatisfy { !$0.action.hasPrefix("messages.") }, "\(role)")
        }
        // It is on record all the same, every act of it.
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let kept = try await admin.read(
            as: .system("test"),
            """
            SELECT action FROM audit.entry WHERE tenant_id = \(kit.organisation.id.uuid) AND is_confidential
            ORDER BY at, id
            """
        ).map { try $0.read("action", as: String.self) }
        #expect(kept.sorted() == ["messages.deny_case", "messages.send", "messages.start"])
        await admin.shutDown()
    }
}
