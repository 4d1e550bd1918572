import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import Messages
import People
import Postgres
import TestKit
import Testing
import Web
import WriteCareConnect

/// No act without an entry, no entry without an act.
@Suite(.database, .timeLimit(.minutes(5))) struct AuditTests {
    @Test func `every act leaves its entries, once, with who, about whom and in which request`() async throws {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "auditacts")
            for sample in Sample.all {
                let someone = sample.endsSignIn ? try await world.signIn(sample.by) : world[sample.by]
                let scene = try await world.scene(for: sample)
                let before = try await world.audited(by: admin)
                let answer = try await asking.ask(sample, scene, as: someone)
                #expect(answer.status == sample.status, "\(sample.testDescription): \(answer.text)")
                let entries = try await world.audited(by: admin).dropFirst(before.count)
                #expect(entries.map(\.action).sorted() == sample.entries.sorted(), "\(sample.testDescription)")
                for entry in entries {
                    #expect(entry.person == someone.principal.person, "\(sample.testDescription)")
                    #expect(entry.request == answer.request, "\(sample.testDescription)")
                    let act = WriteCareConnect.acts.first { $0.name == entry.action }
                    #expect(act?.kind.rawValue == entry.kind, "\(sample.testDescription)")
                    #expect(entry.rule.hasPrefix("\(entry.action): "), "\(sample.testDescription): \(entry.rule)")
                }
                let isAboutNobody = [
                    .invitation, .home, .rota, .announcement, .template, .scheduled, .professional,
                ].contains(sample.target)
                if sample.isAboutObject, !isAboutNobody, !sample.entries.isEmpty {
                    let whose = sample.target == .staff ? scene.staff : scene.resident
                    let about = entries.filter { $0.action == sample.act?.name }.map(\.resident)
                    #expect(!about.isEmpty && about.allSatisfy { $0 == whose }, "\(sample.testDescription)")
                }
            }
        }
        await admin.shutDown()
    }

    @Test func `a replay, a refusal and a mistake leave no entry of an act`() async throws {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "auditnone")
            let scene = try await world.scene()
            let path = "/api/v1/messages/conversations/\(scene.conversation)/messages"
            var headers: HTTPFields = [.contentType: "application/json"]
            headers[try #require(HTTPField.Name("Idempotency-Key"))] = "0123456789abcdef"
            let body = #"{"body":"once","urgency":"routine"}"#
            let first = try await asking.send(.post, path, headers, body, as: world[.carer])
            #expect(first.status == .created)
            let entries = try await world.audited(by: admin)
            #expect(entries.last?.action == "messages.send")
            let again = try await asking.send(.post, path, headers, body, as: world[.carer])
            #expect(again.status == .created && again.text == first.text)
            let other = try await asking.send(
                .post, path, headers, #"{"body":"no","urgency":"routine"}"#, as: world[.carer])
            #expect(other.status == .unprocessableContent)
            let refused = try await asking.send(
                .post, path, [.contentType: "application/json"], body, as: world[.colleague])
            #expect(refused.status == .notFound)
            let mistaken = try await asking.send(
                .post, path, [.contentType: "application/json"], #"{"body":" ","urgency":"routine"}"#, as: world[.carer]
            )
            #expect(mistaken.status == .unprocessableContent)
            #expect(try await world.audited(by: admin) == entries)
        }
        await admin.shutDown()
    }
}

/// Without the audit, nothing about anybody is read or written.
@Suite(.database, .timeLimit(.minutes(2))) struct AuditRefusalTests {
    @Test func `while the audit cannot be written, what would be recorded is refused, and nothing is changed`()
        async throws
    {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "auditdown")
            let changing = try #require(Sample.photos.first { $0.isUnsafe })
            var scene = try await world.scene(for: changing)
            let announced = try await world.sceneWithAnnouncement()
            (scene.announcement, scene.scheduled) = (announced.announcement, announced.scheduled)
            scene.emergency = announced.emergency
            // What is to be changed must be there, and as it has to be.
            var scenes: [String: Scene] = [:]
            for sample in Sample.all
            where sample.changesScene
                && ([.staff, .invitation, .matter, .emergency].contains(sample.target)
                    || sample.template.contains("{tablet}")
                    || sample.act == WithdrawContactInvitation.self || sample.act == ResetContactPassword.self)
            {
                scenes[sample.testDescription] = try await world.scene(for: sample)
            }
            let entries = try await world.audited(by: admin)
            try await admin.transaction(as: .system("test")) { tx in
                _ = try tx.execute("REVOKE INSERT ON audit.entry FROM wcc_app")
            }
            for sample in Sample.all where !sample.entries.isEmpty {
                let answer = try await asking.ask(
                    sample, scenes[sample.testDescription] ?? scene, as: world[sample.by])
                #expect(answer.status == .serviceUnavailable, "\(sample.testDescription): \(answer.text)")
                #expect(!answer.text.contains(world.mark), "\(sample.testDescription)")
            }
            #expect(try await asking.send(.get, "/health/liveness", as: nil).status == .ok)
            try await admin.transaction(as: .system("test")) { tx in
                _ = try tx.execute("GRANT INSERT ON audit.entry TO wcc_app")
            }
            #expect(try await world.audited(by: admin) == entries)
            let thread = try await wcc.messages.read(scene.conversation, by: world[.carer].principal)
            #expect(thread.messages.count == 1)
            let me = try #require(Sample.all.first { $0.route == "GET /api/v1/accounts/me" })
            #expect(try await asking.ask(me, scene, as: world[.carer]).status == .ok)
        }
        await admin.shutDown()
    }
}
