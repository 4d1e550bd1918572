import Foundation
import HTTPTypes
import Kernel
import Messages
import TestKit
import Testing
import Web
import WriteCareConnect

/// What was removed is gone from every answer, whoever asks and whatever they ask for.
@Suite(.database, .timeLimit(.minutes(5))) struct TombstoneTests {
    /// A scene in which a message says the canary, is quoted, and is the last of its conversation.
    private func scene(_ canary: String, in world: World, _ wcc: WriteCareConnect) async throws -> Scene {
        var scene = try await world.scene()
        let nurse = world[.nurse].principal, carer = world[.carer].principal
        let quoted = try await wcc.messages.send(
            Draft(body: "\(canary) and more", urgency: .urgent, mentions: [carer.person], tags: [.fluids]),
            to: scene.conversation,
            by: nurse
        ).value
        _ = try await wcc.messages.edit(
            Rewording(body: "\(canary) in other words"), of: quoted.id, in: scene.conversation, by: nurse)
        _ = try await wcc.messages.send(
            Draft(body: "An answer", replyTo: quoted.id), to: scene.conversation, by: carer)
        scene.message = quoted.id
        return scene
    }

    /// Every answer that says the canary, of all routes as everybody; those that change something get their own scene,
    /// if there is one to be had.
    private func found(
        _ canary: String, in scene: Scene, _ world: World, _ asking: Asking, _ fresh: (() async throws -> Scene)? = nil
    ) async throws -> Set<String> {
        var found: Set<String> = []
        for sample in Sample.all where !sample.endsSignIn && (fresh != nil || !sample.isUnsafe) {
            for someone in world.everybody {
                let isSpent = sample.isUnsafe && [.conversation, .message].contains(sample.target)
                let scene = try await isSpent ? fresh?() ?? scene : scene
                let answer = try await asking.ask(sample, scene, as: someone)
                if "\(answer.head)\n\(answer.text)".contains(canary) {
                    found.insert("\(someone.part) \(sample.route)")
                }
            }
        }
        return found
    }

    @Test func `the words of a removed message are in no answer, but where those in charge look at them`()
        async throws
    {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "tomb"), canary = "canary\(Int.random(in: 100_000...999_999))"
            let nurse = world[.nurse].principal
            let before = try await wcc.streams.cursor(of: world[.carer].principal)
            let scene = try await self.scene(canary, in: world, wcc)
            // The control: while it is there, it is seen in many places.
            let shown = try await self.found(canary, in: scene, world, asking)
            #expect(shown.count > 20, "\(shown.sorted())")
            _ = try await wcc.messages.retract(scene.message, in: scene.conversation, by: nurse)
            let stream = try await asking.send(.get, "/api/v1/events?after=\(before)", as: world[.carer])
            #expect(stream.text.contains("messages.changed") && !stream.text.contains(canary))
            let left = try await self.found(canary, in: scene, world, asking) {
                let scene = try await self.scene(canary, in: world, wcc)
                _ = try await wcc.messages.retract(scene.message, in: scene.conversation, by: nurse)
                return scene
            }
            let route = "messages/{message}/versions"
            #expect(
                left == [
                    "manager GET /api/v1/messages/conversations/{conversation}/\(route)",
                    "director GET /api/v1/messages/conversations/{conversation}/\(route)",
                    "manager GET /messages/{conversation}/\(route)", "director GET /messages/{conversation}/\(route)",
                ])
        }
    }
}
