import HTTPTypes
import Kernel
import Web

/// Whether colleagues are shown that somebody is here.
extension AccountsRoutes {
    func registerPresence(on api: inout APIRoutes) {
        api.add(self.presenceChoice, in: "accounts")
        api.add(self.choosePresence, in: "accounts")
    }

    var presenceChoice: Endpoint<Nothing, PresenceChoice> {
        Endpoint(
            .get, "presence", "See whether colleagues are shown that you are here", needs: ReadPresenceChoice.self
        ) { call in
            .init(try await self.accounts.presenceChoice(for: call.principal))
        }
    }

    var choosePresence: Endpoint<PresenceChoice, PresenceChoice> {
        Endpoint(
            .put, "presence", "Choose whether colleagues are shown that you are here", needs: ChoosePresence.self,
            details: """
                It is shown among the staff, wherever they see each other anyway, while you have a page open and for \
                about a minute after. It is a hint and no record: nothing of it is kept.
                """
        ) { call in
            let chosen = try await self.accounts.choose(call.input, by: call.principal, once: call.once)
            return .init(chosen.value, isReplay: chosen.isReplay)
        }
    }
}
