package import Kernel
package import Web

/// The policy, as it is compiled in: every act that is decided, and who may do it.
///
/// Made from the same types that decide, so it cannot say anything else than what happens.
package struct PolicyTable: Described {
    /// By name.
    package let acts: [PolicyAct]

    package init(_ permissions: [any Permission.Type]) {
        self.acts = permissions.map { PolicyAct($0) }.sorted { $0.name < $1.name }
    }

    /// What people of one role may do, and nothing of the others.
    func narrowed(to role: Role) -> Self {
        Self(
            acts: self.acts.compactMap { act in
                let rules = act.rules.filter { $0.roles.contains(role) }
                return rules.isEmpty
                    ? nil
                    : PolicyAct(
                        name: act.name, summary: act.summary, kind: act.kind, asksForCode: act.asksForCode, rules: rules
                    )
            })
    }

    private init(acts: [PolicyAct]) { self.acts = acts }

    package static let schema = Schema.object([.required("acts", .array(PolicyAct.schema))])
}

/// One act, and the lines of the policy about it.
package struct PolicyAct: Described {
    package let name: String
    package let summary: String
    package let kind: String
    /// Whether it asks whoever has a second factor to have shown it just now.
    package let asksForCode: Bool
    package let rules: [PolicyRule]

    fileprivate init(name: String, summary: String, kind: String, asksForCode: Bool, rules: [PolicyRule]) {
        self.name = name
        self.summary = summary
        self.kind = kind
        self.asksForCode = asksForCode
        self.rules = rules
    }

    fileprivate init(_ permission: any Permission.Type) {
        self.init(
            name: permission.name, summary: permission.summary, kind: permission.kind.rawValue,
            asksForCode: permission.asksForCode, rules: permission.rules.map { PolicyRule($0) })
    }

    /// The part of the product that it belongs to.
    var module: String { String(self.name.prefix { $0 != "." }) }

    package static let schema = Schema.object([
        .required("name", .string(maxLength: 100).example("messages.send")),
        .required("summary", .string(maxLength: 200)),
        .required("kind", .oneOf(ActKind.self)),
        .required("asks_for_code", .boolean.described("Of whoever has a second step, shown in the last ten minutes")),
        .required("rules", .array(PolicyRule.schema).described("It is enough that one of them holds")),
    ])
}

/// A line: any of these roles, standing in any of these ways to what it is done on, while that is in such a state.
package struct PolicyRule: Described {
    package let roles: [Role]
    package let relations: [String]
    package let states: [String]

    fileprivate init(_ rule: Rule) {
        self.roles = Role.allCases.filter(rule.roles.contains)
        self.relations = Relation.allCases.filter(rule.relations.contains).map(\.rawValue)
        self.states = rule.states.sorted()
    }

    /// The states in words; where an act is about a role, the state is that role, or that there is none.
    package var `while`: String {
        let roles = Set(self.states.compactMap { Role(rawValue: $0) })
        let others = self.states.filter { Role(rawValue: $0) == nil }
        if roles.isEmpty { return others.map { $0.replacing("_", with: " ") }.joined(separator: ", ") }
        return others.isEmpty ? Role.words(roles) : "\(Role.words(roles)), or no role"
    }

    package static let schema = Schema.object([
        .required("roles", .array(.oneOf(Role.self))),
        .required("relations", .array(.oneOf(Relation.self))),
        .required("states", .array(.string(maxLength: 50))),
    ])
}
