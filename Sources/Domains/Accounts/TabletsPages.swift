import FoundationEssentials
import Hummingbird
import Kernel
import Web

/// `/tablets`: the shared tablets of somebody's homes, with the form that makes this device one.
struct TabletsPages: Sendable {
    let accounts: AccountsService

    func register(on pages: inout PageRoutes) {
        pages.get("tablets", needs: ListTablets.self) { call in try await self.page(call) }
        pages.post(
            "tablets", needs: EnrolTablet.self, fields: [.one("name", maxLength: 60), .one("home", maxLength: 40)]
        ) { call in
            do {
                guard let home = Identifier<Home>(call.form.text("home")) else {
                    throw AccountsError.invalid([.init("/home", "Choose a home")])
                }
                let tablet = try await self.accounts.enrol(
                    TabletDraft(homeId: home, name: call.form.text("name")), by: call.principal, once: call.once
                ).tablet
                return call.redirect("/tablets", cookies: tablet.map { [.tablet($0)] } ?? [])
            } catch AccountsError.invalid(let violations) {
                return try await self.page(call, AccountsError.invalid(violations).problem)
            }
        }
        pages.post("tablets/{tablet}/end", needs: EndTablet.self, fields: []) { call in
            try await self.accounts.endTablet(call.identifier("tablet"), by: call.principal, once: call.once)
            return call.redirect("/tablets")
        }
    }

    private func page(_ call: PageCall, _ problem: Problem? = nil) async throws -> Response {
        let tablets = try await self.accounts.tablets(for: call.principal)
        let homes = call.visitor.homes.filter {
            call.principal.may(EnrolTablet.self, call.principal.standing(to: $0.id))
        }
        let chosen = call.form.optional("home") ?? (homes.count == 1 ? homes.first.map { "\($0.id)" } : nil) ?? ""
        let here = try await self.accounts.tablet(call.client.tablet)
        let model: Model = [
            "errors": problem.map { $0.summary(["/name": "#name", "/home": "#home"]) }.orFalse,
            "items": tablets.map { tablet -> Model in
                let time = call.visitor.time(at: call.now, in: tablet.homeId)
                return [
                    "name": tablet.name, "home": tablet.home, "isHere": tablet.id == here?.id,
                    "enrolled": time.brief(tablet.enrolledAt),
                    "lastUsed": tablet.lastUsedAt.map { time.brief($0) }.orFalse,
                    "end": ["action": "/tablets/\(tablet.id)/end", "key": call.newKey()] as Model,
                ]
            },
            // Whoever made it one has still a sign-in of another kind here, which no PIN protects.
            "signOut":
                (here != nil && call.visitor.term?.isOnTablet == false
                ? ["action": "/sign-out", "key": call.newKey()] as Model : nil).orFalse,
            "form":
                (here == nil && !homes.isEmpty
                ? [
                    "action": "/tablets", "key": call.newKey(),
                    "fields": [
                        FieldModel(
                            "name", "What people there call it",
                            hint: "Such as “Nurses’ station” or “Garden, tablet 2”.",
                            .line(type: "text", limit: 60), value: call.form.text("name"),
                            error: problem?.error(at: "/name"), isRequired: true
                        ).model,
                        FieldModel(
                            "home", "Its home",
                            .menu(nothing: "Choose a home", [.init(nil, homes.map { ("\($0.id)", $0.name) })]),
                            value: chosen, error: problem?.error(at: "/home"), isRequired: true
                        ).model,
                    ],
                ] as Model : nil).orFalse,
        ]
        return try await call.page(
            "accounts/tablets", model, title: "Shared tablets", nav: .staff,
            status: problem.map { .init(code: $0.kind.status) } ?? .ok)
    }
}
