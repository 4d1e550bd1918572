import Kernel

/// Everything that can be in the audit, as people say it.
struct ActCatalogue: Sendable {
    /// By name.
    let acts: [any Act.Type]
    private let byName: [String: any Act.Type]

    init(_ acts: [any Act.Type]) {
        self.acts = acts.sorted { $0.name < $1.name }
        self.byName = Dictionary(acts.map { ($0.name, $0) }) { first, _ in first }
    }

    /// What an action is; its name, if it is one of an earlier release.
    func words(_ action: String) -> String { self.byName[action]?.summary ?? action }

    /// The actions that are looked for; `nil` for all.
    ///
    /// A kind is said by its actions, which are indexed.
    func actions(_ search: AuditSearch) throws(AuditError) -> [String]? {
        if let action = search.action, self.byName[action] == nil {
            throw .invalid([.init("/action", "Choose what was done from the list")])
        }
        if search.action == nil, search.kind == nil { return nil }
        return self.acts.filter { act in
            (search.action == nil || act.name == search.action) && (search.kind == nil || act.kind == search.kind)
        }.map { $0.name }
    }
}

extension ActKind {
    /// What somebody did, in a word or two.
    var words: String {
        switch self {
        case .create: "Added"
        case .read: "Looked"
        case .update: "Changed"
        case .softDelete: "Took out"
        case .export: "Took a copy"
        case .print: "Printed"
        case .share: "Shared"
        case .login: "Signed in"
        case .loginFail: "Could not sign in"
        case .logout: "Signed out"
        case .consent: "Consent"
        case .breakGlass: "Emergency access"
        case .config: "Set up"
        case .destroy: "Destroyed"
        }
    }
}
