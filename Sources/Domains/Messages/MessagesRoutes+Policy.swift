import HTTPTypes
import Kernel
import Web

/// What the organisation lets be done with messages.
extension MessagesRoutes {
    func registerPolicy(on api: inout APIRoutes) {
        api.add(self.policy, in: "messages")
        api.add(self.changePolicy, in: "messages")
    }

    var policy: Endpoint<Nothing, MessagePolicy> {
        Endpoint(
            .get, "policy", "See for how long messages may be changed, and how they may be tagged",
            needs: ReadMessagePolicy.self, details: "Its `version` is its `ETag`."
        ) { call in
            let policy = try await self.messages.policy(for: call.principal)
            return .init(policy, version: policy.version)
        }
    }

    var changePolicy: Endpoint<MessagePolicyDraft, MessagePolicy> {
        Endpoint(
            .put, "policy", "Decide for how long messages may be changed, and how they may be tagged",
            needs: ChangeMessagePolicy.self, isVersioned: true,
            details: "It holds for what was sent before, too. Tags that were given before stay."
        ) { call in
            let changed = try await self.messages.change(
                call.input, seen: call.version, by: call.principal, once: call.once)
            return .init(changed.value, isReplay: changed.isReplay, version: changed.value.version)
        }
    }
}
