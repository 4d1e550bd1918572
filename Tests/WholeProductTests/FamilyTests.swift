import Foundation
import HTTPTypes
import Kernel
import Messages
import People
import TestKit
import Testing
import WriteCareConnect

@testable import Accounts
@testable import Web

/// A daughter who comes by her invitation reaches what she is part of, and nothing else, by any route.
@Suite(.database, .timeLimit(.minutes(5))) struct FamilyTests {
    private struct Daughter {
        let someone: Someone
        let contact: Identifier<Contact>
        let conversation: Identifier<Conversation>
    }

    private func daughter(in world: World) async throws -> Daughter {
        let accounts = world.wcc.accounts, manager = world[.manager].principal
        let contact = try await world.wcc.people.add(
            ContactDetails(fullName: "Margaret Ellis", relationship: .child), to: world.resident, by: manager
        ).value.id
        let made = try await accounts.invite(contact, of: world.resident, by: manager).value
        let secret = Secret(shown: String(try #require(made.link).dropFirst("/invitation/".count)))
        let username = "margaret.\(UUID())"
        try await accounts.accept(Acceptance(username: username, password: Password(World.password)), with: secret)
        let signIn = try await accounts.signIn(
            SignInAttempt(
                name: username, password: Password(World.password), network: AddressPrefix("10.1.2.3"),
                agent: "Tests"))
        let visitor = signIn.visitor
        let conversation = try await world.wcc.messages.start(
            Opening(kind: .family, resident: world.resident, members: []), by: world[.carer].principal
        ).value.id
        return Daughter(
            someone: Someone(
                part: .stranger, principal: visitor.principal, username: username,
                cookie: "__Host-wcc=\(signIn.secret.text.value)", token: FormToken(for: visitor).text,
                search: try visitor.seal(#"{"text":"said"}"#, for: "search")), contact: contact,
            conversation: conversation)
    }

    /// What no page, list or stream may say to her: everybody who is not in her conversation, and what was said there.
    private func canaries(_ world: World) -> [String] {
        [
            "Arthur", "has said this", "announces this", "says this later", "\(world.mark) subject",
            "\(world.mark) View",
        ]
            + [Part.manager, .colleague, .elsewhere, .elsewhereManager, .housekeeper, .director, .stranger].map {
                "\(world.mark) \($0.rawValue)<"
            }
    }

    @Test func `nothing of anybody else reaches her by any route`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "family")
            let daughter = try await self.daughter(in: world), me = daughter.someone
            let scene = try await world.sceneWithAnnouncement()
            var allowed: Set<String> = []
            for sample in Sample.all where !sample.endsSignIn && sample.act != nil {
                let answer = try await asking.ask(sample, scene, as: me)
                for canary in self.canaries(world) {
                    #expect(!answer.text.contains(canary), "\(sample.testDescription): \(canary)")
                }
                if answer.status.code < 400 { allowed.insert(sample.route) }
                if sample.isAboutObject {
                    #expect([403, 404].contains(answer.status.code), "\(sample.testDescription)")
                }
            }
            // Her own account, her lists, her stream.
            #expect(
                allowed.isSubset(of: [
                    "GET /", "GET /today", "GET /messages", "GET /search", "POST /search", "GET /events",
                    "GET /api/v1/events", "GET /api/v1/accounts/me", "GET /api/v1/messages/conversations",
                    "GET /api/v1/messages/urgent", "POST /api/v1/messages/search", "GET /announcements",
                    "GET /api/v1/announcements", "GET /sign-ins", "GET /password", "POST /sign-ins/end-others",
                    "GET /api/v1/accounts/sign-ins", "POST /api/v1/accounts/sign-ins/end-others",
                    "GET /second-factor", "POST /second-factor/begin", "POST /second-factor/check",
                    "GET /api/v1/accounts/second-factor", "POST /api/v1/accounts/second-factor",
                    "GET /api/v1/messages/scheduled", "GET /messages/scheduled",
                ]), "\(allowed.sorted())")
        }
    }

    @Test func `in her own conversation she reads and writes, and what is staff’s is refused`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "familyown")
            let daughter = try await self.daughter(in: world), me = daughter.someone
            let said = try await wcc.messages.send(
                Draft(body: "Good morning", tags: [.fluids]), to: daughter.conversation,
                by: world[.carer].principal
            ).value.id
            var scene = try await world.scene()
            (scene.conversation, scene.message) = (daughter.conversation, said)
            scene.resident = .any()
            let refused = ["tagged", "ladder", "tags", "members", "later", "templates", "removal", "remove"]
            for sample in Sample.all where sample.target == .conversation || sample.target == .message {
                let isRefused = refused.contains { sample.route.contains("/\($0)") }
                if sample.act == LeaveConversation.self || sample.method == .put { continue }
                let answer = try await asking.ask(sample, scene, as: me)
                for canary in self.canaries(world) {
                    #expect(!answer.text.contains(canary), "\(sample.testDescription): \(canary)")
                }
                #expect(!answer.text.contains("fluids"), "\(sample.testDescription)")
                if isRefused { #expect(answer.status == .forbidden, "\(sample.testDescription): \(answer.text)") }
            }
            let page = try await asking.send(
                .get, "/messages/\(daughter.conversation)", [.accept: "text/html"], as: me)
            #expect(page.status == .ok && page.text.contains("Good morning"))
            for link in ["/residents", "/staff", "/rota", "/concern", "/messages/new", "/templates", "/announcements"] {
                #expect(!page.text.contains("href=\"\(link)"), "\(link)")
            }
            let carers = try await asking.send(
                .get, "/messages/\(daughter.conversation)", [.accept: "text/html"], as: world[.carer])
            #expect(carers.text.contains("Family is in this conversation"))
        }
    }

    @Test func `her sign-in ends with the contact, and no link is left that opens one`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "familyend")
            let daughter = try await self.daughter(in: world), me = daughter.someone
            let manager = world[.manager].principal
            #expect(try await asking.send(.get, "/api/v1/accounts/me", as: me).status == .ok)
            _ = try await wcc.people.restrict(
                daughter.contact, NewRestriction(kind: .noContact, reason: "A court order"), of: world.resident,
                by: manager)
            #expect(try await asking.send(.get, "/api/v1/accounts/me", as: me).status == .unauthorized)
            await #expect(throws: (any Error).self) {
                _ = try await wcc.accounts.signIn(
                    SignInAttempt(
                        name: me.username, password: Password(World.password), network: AddressPrefix("10.1.2.4"),
                        agent: "Tests"))
            }
            await #expect(throws: AccountsError.notToBeInvited) {
                _ = try await wcc.accounts.invite(daughter.contact, of: world.resident, by: manager)
            }
            // Her brother has a link and has not come when he is restricted.
            let brother = try await wcc.people.add(
                ContactDetails(fullName: "Paul Marlow", relationship: .child), to: world.resident, by: manager
            ).value.id
            let made = try await wcc.accounts.invite(brother, of: world.resident, by: manager).value
            let secret = Secret(shown: String(try #require(made.link).dropFirst("/invitation/".count)))
            _ = try await wcc.people.restrict(
                brother, NewRestriction(kind: .noInformation, reason: "A court order"), of: world.resident, by: manager)
            await #expect(throws: AccountsError.deadLink) {
                try await wcc.accounts.accept(
                    Acceptance(username: "paul.\(UUID())", password: Password(World.password)), with: secret)
            }
        }
    }
}
