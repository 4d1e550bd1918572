import HTTPTypes
import Kernel
import Web

/// How urgent messages are passed on.
extension MessagesRoutes {
    func registerLadder(on api: inout APIRoutes) {
        api.add(self.ladder, in: "messages")
        api.add(self.ladderPolicy, in: "messages")
        api.add(self.changeLadderPolicy, in: "messages")
    }

    var ladder: Endpoint<Nothing, Ladder> {
        Endpoint(
            .get, "conversations/{conversation}/messages/{message}/ladder",
            "See to whom an urgent message was passed on",
            needs: ReadLadder.self, errors: [.notFound],
            details: """
                Whoever it was passed on to may read the conversation from that message on, and acknowledge it, until \
                somebody has acknowledged it.
                """
        ) { call in
            .init(
                try await self.messages.ladder(
                    of: call.identifier("message"), in: call.identifier("conversation"), for: call.principal))
        }
    }

    var ladderPolicy: Endpoint<Nothing, LadderPolicy> {
        Endpoint(
            .get, "homes/{home}/ladder-policy", "See what happens in a home when nobody answers an urgent message",
            needs: ReadLadderPolicy.self, errors: [.notFound]
        ) { call in
            .init(try await self.messages.ladderPolicy(of: call.identifier("home"), for: call.principal))
        }
    }

    var changeLadderPolicy: Endpoint<LadderPolicy, LadderPolicy> {
        Endpoint(
            .put, "homes/{home}/ladder-policy", "Decide what happens in a home when nobody answers an urgent message",
            needs: ChangeLadderPolicy.self, errors: [.notFound],
            details: "What was promised before keeps its time; the step after it follows the new policy."
        ) { call in
            let changed = try await self.messages.change(
                call.input, of: call.identifier("home"), by: call.principal, once: call.once)
            return .init(changed.value, isReplay: changed.isReplay)
        }
    }
}
