import Foundation
import HTTPTypes
import Kernel
import Messages
import Postgres
import TestKit
import Testing
import Web
import WriteCareConnect

/// Two organisations, each with a mark in everything anybody typed: not one byte of the other's, anywhere.
@Suite(.database, .timeLimit(.minutes(30))) struct IsolationTests {
    private func expectNothing(
        of foreign: World, _ scene: Scene, in answer: Answer, asked: Bool = false, _ what: String
    ) {
        let text = "\(answer.head)\n\(answer.text)".lowercased()
        #expect(!text.contains(foreign.mark), "\(what)")
        // An id that was asked for may come back in what was asked, and no other.
        if !asked {
            for id in [
                scene.conversation.description, scene.message.description, scene.resident.description,
                scene.announcement.description,
                scene.staff.description, scene.invitation.description,
            ] {
                #expect(!text.contains(id), "\(what)")
            }
        }
    }

    @Test func `no route answers with anything of another organisation`() async throws {
        try await withProduct { asking, wcc in
            let mine = try await World(in: wcc, mark: "zqmine"), theirs = try await World(in: wcc, mark: "zqtheirs")
            let own = try await mine.sceneWithAnnouncement(), foreign = try await theirs.sceneWithAnnouncement()
            var shown = 0
            for sample in Sample.all where !sample.endsSignIn {
                for someone in mine.everybody {
                    let scene = sample.changesScene ? try await mine.scene(for: sample) : own
                    let what = "\(someone.part): \(sample.testDescription)"
                    let answer = try await asking.ask(sample, scene, as: someone)
                    self.expectNothing(of: theirs, foreign, in: answer, what)
                    if answer.text.lowercased().contains(mine.mark) { shown += 1 }
                    // Every id is the other organisation's: the object, and the people named in the body.
                    let other = try await asking.ask(sample, foreign, as: someone)
                    self.expectNothing(of: theirs, foreign, in: other, asked: true, "\(what), theirs")
                }
            }
            // The control: what is one's own is seen, so what is not seen could have been.
            #expect(shown > 60)
        }
    }

    @Test func `a list, a search and a cursor find only what is one's own`() async throws {
        try await withProduct { asking, wcc in
            let mine = try await World(in: wcc, mark: "zqseeker"), theirs = try await World(in: wcc, mark: "zqhidden")
            let own = try await mine.scene(), foreign = try await theirs.scene()
            let director = mine[.director], json: HTTPFields = [:], html: HTTPFields = [.accept: "text/html"]
            for name in ["Ottoline", "Edith", "Marlow", "%25", "_", "%27%20OR%20true--"] {
                for (path, headers) in [
                    ("/api/v1/people/residents", json), ("/api/v1/people/staff", json), ("/residents", html),
                    ("/api/v1/accounts/staff", json), ("/staff", html),
                ] {
                    let answer = try await asking.send(.get, "\(path)?q=\(name)", headers, as: director)
                    #expect(answer.status == .ok, "\(path) \(name)")
                    self.expectNothing(of: theirs, foreign, in: answer, "\(path) \(name)")
                }
            }
            let found = try await asking.send(.get, "/api/v1/people/residents?q=Marlow", as: director)
            #expect(found.text.contains(own.resident.description))
            for path in [
                "/api/v1/people/residents", "/residents", "/today", "/api/v1/people/staff", "/api/v1/accounts/staff",
                "/staff",
            ] {
                let isPage = !path.hasPrefix("/api")
                let answer = try await asking.send(
                    .get, "\(path)?home=\(foreign.home)", isPage ? html : json, as: director)
                self.expectNothing(of: theirs, foreign, in: answer, asked: true, path)
                let imagined = try await asking.send(
                    .get, "\(path)?home=\(foreign.home.description.dropLast(6))abcdef", isPage ? html : json,
                    as: director)
                #expect(answer.status == imagined.status, "\(path)")
            }
        }
    }

    @Test func `a stream tells nobody what is said elsewhere`() async throws {
        try await withProduct { asking, wcc in
            let mine = try await World(in: wcc, mark: "zqreader"), theirs = try await World(in: wcc, mark: "zqwriter")
            let own = try await mine.scene()
            let start = try await wcc.streams.cursor(of: mine[.carer].principal)
            let foreign = try await theirs.scene()
            let said = try await mine.scene()
            let stream = try await asking.send(
                .get, "/api/v1/events?after=\(start)", as: mine[.carer])
            #expect(stream.text.contains(said.conversation.description))
            #expect(!stream.text.contains(own.conversation.description))
            self.expectNothing(of: theirs, foreign, in: stream, "the stream")
            // In another home: in no conversation, so nothing is for them.
            let silent = try await asking.send(.get, "/events", [.accept: "text/event-stream"], as: mine[.elsewhere])
            #expect(silent.status == .ok && !silent.text.contains("data: {"))
        }
    }

    @Test func `an error says nothing of what it failed on`() async throws {
        try await withProduct { asking, wcc in
            let mine = try await World(in: wcc, mark: "zqerring"), theirs = try await World(in: wcc, mark: "zqsecret")
            let own = try await mine.scene(), foreign = try await theirs.scene()
            let carer = mine[.carer], json: HTTPFields = [.contentType: "application/json"]
            let path = "/api/v1/messages/conversations"
            let bodies = [
                (path, #"{"kind":"group","subject":"x","members":["\#(foreign.member)"]}"#),
                (path, #"{"kind":"direct","members":["\#(foreign.outsider)"]}"#),
                (path, #"{"kind":"care_team","resident_id":"\#(foreign.resident)","members":[]}"#),
                ("\(path)/\(own.conversation)/members", #"{"person_id":"\#(foreign.member)","sees_history":true}"#),
                (
                    "\(path)/\(own.conversation)/messages",
                    #"{"body":"x","urgency":"routine","reply_to":"\#(foreign.message)"}"#
                ),
                (
                    "\(path)/\(own.conversation)/messages",
                    #"{"body":"x","urgency":"routine","mentions":["\#(foreign.member)"]}"#
                ),
            ]
            for (path, body) in bodies {
                let answer = try await asking.send(.post, path, json, body, as: carer)
                #expect([404, 422].contains(answer.status.code), "\(body): \(answer.text)")
                self.expectNothing(of: theirs, foreign, in: answer, asked: true, body)
                for word in ["SELECT", "relation", "/Sources/", "libpq", "Hummingbird", "tenant_id"] {
                    #expect(!answer.text.contains(word), "\(body)")
                }
            }
        }
    }
}
