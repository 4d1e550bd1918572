import Hummingbird
import Kernel
package import Web

/// `/operations/policy`: who can do what, in words.
package struct PolicyPages: Sendable {
    let policy: PolicyService

    package init(_ policy: PolicyService) { self.policy = policy }

    package func register(on pages: inout PageRoutes) {
        pages.get(
            "operations/policy", needs: ReadPolicy.self, query: [QueryParameter("role", .oneOf(Role.self))], self.table)
    }

    @Sendable func table(_ call: PageCall) async throws -> Response {
        let role = call.query("role").flatMap { Role(rawValue: $0) }
        let table = try await self.policy.table(about: role, for: call.principal)
        let modules = Dictionary(grouping: table.acts, by: \.module).sorted { $0.key < $1.key }
        let model: Model = [
            "roles": Role.allCases.map { one -> Model in
                ["value": one.rawValue, "text": one.title, "isSelected": one == role]
            },
            "found": "\(table.acts.count) \(table.acts.count == 1 ? "thing" : "things")"
                + (role.map { " that “\($0.title)” may do" } ?? " that somebody may do"),
            "modules": modules.map { module, acts -> Model in
                [
                    "id": module, "title": Self.title(module),
                    "acts": acts.map { act -> Model in
                        [
                            "name": act.name, "summary": act.summary, "asksForCode": act.asksForCode,
                            "rules": act.rules.map { Self.words($0, role) },
                        ]
                    },
                ]
            },
        ]
        return try await call.page("operations/policy", model, title: "Who can do what", nav: .staff)
    }

    private static func title(_ module: String) -> String {
        switch module {
        case "accounts": "Staff, sign-ins and homes"
        case "announcements": "Announcements"
        case "audit": "Audit"
        case "messages": "Messages"
        case "operations": "Running the installation"
        case "people": "Residents and those around them"
        case "rotas": "Rotas"
        default: "Everything else"
        }
    }

    private static func words(_ rule: PolicyRule, _ role: Role?) -> Model {
        let relations = rule.relations.compactMap { Relation(rawValue: $0) }.map(\.words)
        return [
            "who": (role == nil ? Role.words(Set(rule.roles)) : nil).orFalse,
            "on": relations.joined(separator: ", or "), "states": rule.while,
        ]
    }
}

extension Relation {
    fileprivate var words: String {
        switch self {
        case .own: "what is their own"
        case .member: "what they belong to"
        case .careTeam: "residents they care for by name"
        case .passedOn: "what was passed on to them"
        case .emergency: "what they have opened in an emergency"
        case .place: "where their role reaches"
        }
    }
}
