import Announcements
import Foundation
import HTTPTypes
import Kernel
import Messages
import People
import Postgres
import TestKit
import Testing
import Web
import WriteCareConnect

/// Who × which route × whose object, over HTTP; what is expected comes from the policy's tables and the scene.
@Suite(.database, .timeLimit(.minutes(20))) struct AuthorisationTests {
    /// How somebody stands to the scene, as this test sees it and not as a store reads it.
    private func standing(
        of part: Part, to sample: Sample, in world: World
    ) -> (relations: Set<Relation>, place: Place?, state: String) {
        switch sample.target {
        case .nothing: ([.member, .own], Place(home: nil), "any")
        case .conversation: ([.carer, .nurse].contains(part) ? [.member] : [], world.place, "open")
        case .message:
            (part == .nurse ? [.member, .own] : part == .carer ? [.member] : [], world.place, "open")
        case .rota: ([], Place(home: world.home), "open")
        case .resident: (world.team.contains(part) ? [.careTeam] : [], world.place, "current")
        case .announcement:
            (
                part == .manager ? [.own] : [.carer, .nurse, .colleague, .housekeeper].contains(part) ? [.member] : [],
                Place(home: world.home), "current"
            )
        case .template, .professional: ([.member], Place(home: nil), "current")
        case .staff:
            (
                Role.staff.contains(part.role) && !part.isElsewhere ? [.member] : [], Place(home: world.home),
                sample.state ?? "active"
            )
        case .invitation: ([], Place(home: world.home), sample.state ?? "none")
        case .matter: (part == .carer ? [.member, .own] : part == .nurse ? [.member] : [], nil, "open")
        case .emergency: ([], world.place, "waiting")
        case .scheduled: (part == .carer ? [.own] : [], nil, "waiting")
        case .home: ([.member], Place(home: world.home), "open")
        case .place: ([.member], Place(home: part.isElsewhere ? world.otherHome : world.home), sample.state ?? "none")
        }
    }

    /// What the policy says; `nil` is yes.
    private func refusal<Act: Permission>(
        _ act: Act.Type, _ sample: Sample, _ someone: Someone, in world: World
    ) -> HTTPResponse.Status? {
        let (relations, place, state) = self.standing(of: someone.part, to: sample, in: world)
        let states = sample.target == .nothing ? act.rules.flatMap { Array($0.states) } : [state]
        do {
            let standing = Standing<Act.Object>(.any(), relations, at: place, state: states.first ?? state)
            _ = try someone.principal.decide(act, standing)
            return nil
        } catch {
            return HTTPResponse.Status(code: error.kind.status)
        }
    }

    /// A scene that the request may change, or one for all that only read.
    private func scene(for sample: Sample, _ shared: Scene, in world: World) async throws -> Scene {
        sample.changesScene ? try await world.scene(for: sample) : shared
    }

    /// In parts that run side by side, because together they are the longest test there is.
    @Test(arguments: 0..<4)
    func `whoever asks gets what the policy says, and nobody learns of what is hidden`(_ part: Int) async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "authmine\(part)"),
                foreign = try await World(in: wcc, mark: "auththeirs\(part)")
            let shared = try await world.sceneWithAnnouncement(), theirs = try await foreign.sceneWithAnnouncement()
            var seen: [Int: Int] = [:]
            let samples = Sample.all.filter { !$0.endsSignIn && $0.act != nil }
            for (number, sample) in samples.enumerated() where number % 4 == part {
                for someone in world.everybody {
                    let refusal = sample.act.flatMap { self.refusal($0, sample, someone, in: world) }
                    let scene = try await self.scene(for: sample, shared, in: world)
                    let answer = try await asking.ask(sample, scene, as: someone)
                    // Whoever has said it is not asked to answer it.
                    let isAuthor = sample.act == AcknowledgeMessage.self && someone.part == .nurse
                    let expected = refusal ?? (isAuthor ? .conflict : sample.status)
                    seen[Int(expected.code), default: 0] += 1
                    #expect(answer.status == expected, "\(someone.part): \(sample.testDescription): \(answer.text)")
                    guard sample.isAboutObject else { continue }

                    let imagined = try await asking.ask(sample, scene.imagined(), as: someone)
                    #expect(imagined.status == .notFound, "\(someone.part): \(sample.testDescription)")
                    // The person is somebody who is there in either case: only the object differs.
                    var elsewhere = theirs
                    (elsewhere.outsider, elsewhere.member) = (scene.outsider, scene.member)
                    let hidden = try await asking.ask(sample, elsewhere, as: someone)
                    #expect(hidden.comparable == imagined.comparable, "\(someone.part): \(sample.testDescription)")
                    if answer.status == .notFound {
                        #expect(answer.comparable == imagined.comparable, "\(someone.part): \(sample.testDescription)")
                    }
                }
            }
            // The matrix has been somewhere: all four answers of the policy were met, and often.
            for status in [200, 303, 403, 404] { #expect(seen[status, default: 0] > 10, "\(status): \(seen)") }
        }
    }

    @Test func `nobody who is not signed in gets anywhere, and none of it tells what is there`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "authnobody")
            let scene = try await world.scene()
            for sample in Sample.all where sample.act != nil {
                let answer = try await asking.ask(sample, scene, as: nil)
                let isSentOn = sample.isPage && sample.method == .get
                #expect(answer.status == (isSentOn ? .seeOther : .unauthorized), "\(sample.testDescription)")
                if isSentOn { #expect(answer.headers[.location]?.hasPrefix("/sign-in") == true) }
                let imagined = try await asking.ask(sample, scene.imagined(), as: nil)
                if !isSentOn { #expect(answer.comparable == imagined.comparable, "\(sample.testDescription)") }
                #expect(!answer.text.contains(world.mark))
            }
        }
    }

    @Test func `whoever signs out is out, and others are not`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "authout")
            let scene = try await world.scene()
            let me = try #require(Sample.all.first { $0.route == "GET /api/v1/accounts/me" })
            for sample in Sample.all where sample.endsSignIn {
                let again = try await world.signIn(.carer)
                #expect(try await asking.ask(me, scene, as: again).status == .ok)
                #expect(try await asking.ask(sample, scene, as: again).status == sample.status)
                #expect(try await asking.ask(me, scene, as: again).status == .unauthorized)
                #expect(try await asking.ask(sample, scene, as: again).status == .unauthorized)
                #expect(try await asking.ask(me, scene, as: world[.carer]).status == .ok)
            }
        }
    }

    @Test func `routes for anyone say the same to those who are signed in`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "authopen")
            let scene = try await world.scene()
            for sample in Sample.all where sample.act == nil {
                #expect(
                    try await asking.ask(sample, scene, as: world[.carer]).status == sample.status, "\(sample.route)")
            }
        }
    }

    /// A message of one conversation is no message of another, though the reader is in both.
    @Test func `what is below a conversation is reached through it`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "authchild")
            let one = try await world.scene(), other = try await world.scene()
            var mixed = one
            mixed.message = other.message
            var imagined = one
            imagined.message = .any()
            for sample in Sample.all where sample.template.contains("{message}") {
                let answer = try await asking.ask(sample, mixed, as: world[.carer])
                #expect(answer.status == .notFound, "\(sample.testDescription)")
                let nothing = try await asking.ask(sample, imagined, as: world[.carer])
                #expect(answer.comparable == nothing.comparable, "\(sample.testDescription)")
            }
        }
    }

    @Test(arguments: [
        ("tenant_id", "\"0190a1b2-0000-7000-8000-000000000000\""), ("role", "\"registered_manager\""), ("id", "\"x\""),
        ("author", "{}"), ("seq", "1"), ("sent_at", "\"2020-01-01T00:00:00Z\""), ("created_by", "null"),
        ("__proto__", "{}"),
    ])
    func `a field that is not asked for is refused, and nothing is written`(
        _ name: String, _ value: String
    ) async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "authfield")
            let scene = try await world.scene()
            let admin = TestDatabase.current.open(as: "postgres", size: 1)
            let before = try await world.audited(by: admin).count
            for sample in Sample.all where sample.isUnsafe && sample.act != nil {
                guard case .json(let make) = sample.body else { continue }
                let json = make(scene, world[.carer])
                let more = "{\"\(name)\":\(value),\(json.dropFirst())"
                if json.contains("\"\(name)\"") { continue }
                let answer = try await asking.send(
                    sample.method, sample.path(scene, world[.carer]), [.contentType: "application/json"], more,
                    as: world[.carer])
                #expect(answer.status == .unprocessableContent, "\(sample.testDescription): \(answer.text)")
            }
            #expect(try await world.audited(by: admin).count == before)
            await admin.shutDown()
        }
    }
}
