import Accounts
import Announcements
import Audit
import Jobs
package import Kernel
import Messages
import Operations
import People
package import Postgres
import Rotas
import Web

/// What every module brings, module by module: the schema's history, and what can be done and is recorded.
extension WriteCareConnect {
    /// The history of the schema.
    package static let migrator = Migrator(
        PostgresModule.migrations + JobsModule.migrations + WebModule.migrations + AuditModule.migrations
            + AccountsModule.migrations + PeopleModule.migrations + RotasModule.migrations + MessagesModule.migrations
            + AnnouncementsModule.migrations)

    /// The policy table: who may do what.
    package static let permissions: [any Permission.Type] =
        [FollowEvents.self] + AuditModule.permissions + AccountsModule.permissions + PeopleModule.permissions
        + RotasModule.permissions
        + MessagesModule.permissions + AnnouncementsModule.permissions + OperationsModule.permissions

    /// Everything that the audit can name.
    package static let acts: [any Act.Type] =
        (permissions.map { $0 as any Act.Type } + AccountsModule.acts + MessagesModule.acts)
        .sorted { $0.name < $1.name }

    /// The content of `docs/audit-actions.md`.
    package static var actionsDocument: String {
        var text = """
            # What the audit names

            Made from the code by `make docs`. Every act below leaves an entry in the transaction that does it: who, what,
            on which object, about which resident, when, in which request, and by which line of the policy.

            | Action | Kind | What it is | Who may |
            |---|---|---|---|

            """
        for act in self.acts {
            let permission = self.permissions.first { $0.name == act.name }
            let who = permission.map(Self.who) ?? "recorded when it happens"
            text += "| `\(act.name)` | \(act.kind.rawValue) | \(act.summary) | \(who) |\n"
        }
        return text
    }

    private static func who(_ permission: any Permission.Type) -> String {
        permission.rules.map { rule in
            let relations = rule.relations.map(\.rawValue).sorted().joined(separator: " or ")
            return "\(Self.words(rule.roles)) (\(relations); \(rule.states.sorted().joined(separator: ", ")))"
        }.joined(separator: "; ") + (permission.asksForCode ? ". Asks for a code of whoever has a second step" : "")
    }

    private static func words(_ roles: Set<Role>) -> String {
        if roles == Set(Role.allCases) { return "everybody" }
        if roles == Role.staff { return "all staff" }
        let groups: [(Set<Role>, String)] = [
            (Role.management, "management"), (Role.care, "care"), (Role.house, "house"),
            (Role.professionals, "outside professionals"), (Role.circle, "the resident’s circle"),
        ]
        let whole = groups.filter { $0.0.isSubset(of: roles) }
        let rest = roles.subtracting(whole.reduce(into: Set<Role>()) { $0.formUnion($1.0) })
        return (whole.map(\.1) + rest.map(\.rawValue).sorted()).joined(separator: ", ")
    }
}
