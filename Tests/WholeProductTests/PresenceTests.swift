import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import Messages
import Postgres
import TestKit
import Testing
import WriteCareConnect

@testable import Accounts
@testable import Web

/// From somebody's open page to what their colleagues see.
@Suite(.database, .timeLimit(.minutes(3))) struct PresenceTests {
    /// With a watch that never looks, and a presence that is written at once.
    private func withPresence(
        _ body: @escaping @Sendable (Asking, WriteCareConnect) async throws -> Void
    ) async throws {
        var streams = LiveStreams.Settings(), overrides = WriteCareConnect.Overrides()
        streams.poll = .seconds(600)
        streams.heartbeat = .seconds(600)
        streams.age = .seconds(600)
        overrides.presence.gather = .milliseconds(20)
        overrides.presence.grace = .zero
        try await withApp(streams: streams, overrides: overrides) { client, wcc in
            try await body(Asking(client: client), wcc)
        }
    }

    private func isHere(_ part: Part, for asker: Part, in world: World) async throws -> Bool {
        try await world.wcc.accounts.staffMember(world[part].principal.person, for: world[asker].principal).isHere
            == true
    }

    @Test func `whoever opens a page is here for their colleagues, until they sign out`() async throws {
        try await self.withPresence { asking, wcc in
            let world = try await World(in: wcc, mark: "presence"), scene = try await world.scene()
            let nurse = try await world.signIn(.nurse), person = nurse.principal.person
            let direct = try await wcc.messages.start(
                Opening(kind: .direct, members: [person]), by: world[.carer].principal
            ).value.id
            let pages = ["/staff", "/staff/\(person)", "/messages/\(scene.conversation)", "/messages/\(direct)"]
            let answers = [
                "/api/v1/accounts/staff", "/api/v1/accounts/staff/\(person)",
                "/api/v1/messages/conversations/\(scene.conversation)",
                "/api/v1/messages/conversations/\(scene.conversation)/messages",
            ]
            func said(for part: Part) async throws -> [String] {
                var said: [String] = []
                for path in pages {
                    let page = try await asking.send(.get, path, [.accept: "text/html"], as: world[part])
                    if page.text.contains(#"class="here""#) { said.append(path) }
                }
                for path in answers {
                    let answer = try await asking.send(.get, path, as: world[part])
                    if answer.text.contains(#""is_here":true"#) { said.append(path) }
                }
                return said
            }
            #expect(try await said(for: .carer).isEmpty)
            async let stream = asking.send(.get, "/events", as: nurse)
            try #require(
                await eventually(within: .seconds(60)) {
                    try await self.isHere(.nurse, for: .carer, in: world)
                })
            #expect(try await said(for: .carer) == pages + answers)
            // A manager reads the group about the resident, and not what is between the two.
            #expect(try await said(for: .manager) == pages.dropLast() + answers)
            // Those from outside, and families, are told of nobody.
            #expect(try await said(for: .gp).isEmpty)
            #expect(try await said(for: .stranger).isEmpty)
            // For colleagues in another home she is nobody.
            #expect(try await said(for: .elsewhere).isEmpty)

            try await wcc.accounts.signOut(nurse.principal)
            _ = try await stream
            #expect(
                try await eventually(within: .seconds(60)) {
                    try await self.isHere(.nurse, for: .carer, in: world) == false
                })
            #expect(try await said(for: .carer).isEmpty)
        }
    }

    @Test func `of whoever is not on the staff nothing is written down`() async throws {
        try await self.withPresence { asking, wcc in
            let world = try await World(in: wcc, mark: "presencegp")
            let gp = try await world.signIn(.gp), nurse = try await world.signIn(.nurse)
            async let his = asking.send(.get, "/events", as: gp)
            async let hers = asking.send(.get, "/events", as: nurse)
            try #require(
                await eventually(within: .seconds(60)) {
                    try await self.isHere(.nurse, for: .carer, in: world)
                })
            #expect(try await eventually(within: .seconds(60)) { wcc.streams.count == 2 })
            let written = try await wcc.database.read(
                as: .tenant(world.id), "SELECT person_id FROM web.presence")
            let ids: [UUID] = try written.map { try $0.read("person_id") }
            #expect(ids == [nurse.principal.person.uuid])
            for someone in [gp, nurse] { try await wcc.accounts.signOut(someone.principal) }
            _ = try await (his, hers)
        }
    }
}
