import Hummingbird
import Kernel
import Web

/// `/second-factor/policy`: who must have a second step, in words for all and as a form for some.
struct FactorPolicyPages: Sendable {
    let accounts: AccountsService

    func register(on pages: inout PageRoutes) {
        pages.get("second-factor/policy", needs: ReadFactorPolicy.self) { call in try await self.page(call) }
        pages.post(
            "second-factor/policy", needs: ChangeFactorPolicy.self,
            fields: [.many("roles"), .one("version", maxLength: 20)]
        ) { call in
            do {
                // A form without a version is not up to date.
                _ = try await self.accounts.change(
                    FactorPolicyDraft(roles: try call.form.all("roles").map(Self.role)),
                    seen: Int(call.form.text("version")) ?? 0, by: call.principal, once: call.once)
                return call.redirect("/second-factor/policy")
            } catch let error as AccountsError {
                return try await self.page(call, error.problem)
            }
        }
    }

    private static func role(_ name: String) throws(AccountsError) -> Role {
        guard let role = Role(rawValue: name) else { throw .invalid([.init("/roles", "There is no such role")]) }
        return role
    }

    private func page(_ call: PageCall, _ problem: Problem? = nil) async throws -> Response {
        let policy = try await self.accounts.factorPolicy(for: call.principal)
        let mayChange = call.principal.may(ChangeFactorPolicy.self, call.principal.membership)
        guard problem == nil || mayChange else { throw Problem.notAllowed }
        let isStale = problem?.kind == .preconditionFailed
        let chosen = problem == nil ? Set(policy.roles) : Set(call.form.all("roles").compactMap(Role.init(rawValue:)))
        let form: Model = [
            "action": "/second-factor/policy", "key": call.newKey(),
            // Sent once more, from what is there now, it is what was meant.
            "version": problem == nil || isStale ? "\(policy.version)" : call.form.text("version"),
            "groups": Self.groups.map { title, roles -> Model in
                ["title": title, "roles": Role.allCases.filter(roles.contains).map { Self.choice($0, chosen) }]
            },
        ]
        let model: Model = [
            "back": ["href": "/homes", "text": "Homes"] as Model,
            "errors": problem.map { $0.summary(["/roles": "#roles"]) }.orFalse,
            "sentence": policy.sentence, "form": (mayChange ? form : nil).orFalse,
        ]
        return try await call.page(
            "accounts/factor-policy", model, title: "Who needs a second step", nav: .staff,
            status: problem.map { .init(code: $0.kind.status) } ?? .ok)
    }

    private static let groups: [(String, Set<Role>)] = [
        ("Those who answer for homes", Role.management), ("Those who give care", Role.care),
        ("Those who run the house", Role.house), ("Professionals from outside", Role.professionals),
        ("Family and friends", Role.circle),
    ]

    private static func choice(_ role: Role, _ chosen: Set<Role>) -> Model {
        ["value": role.rawValue, "text": role.title, "isChecked": chosen.contains(role)]
    }
}

extension FactorPolicy {
    var sentence: String {
        self.roles.isEmpty
            ? "Nobody has to. Everybody can set one up for themselves, and those who give roles should."
            : "It is asked of everybody in these roles: \(Words.list(self.roles.map(\.title)))."
    }
}
