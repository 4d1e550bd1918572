import Accounts
import Announcements
import Audit
import FoundationEssentials
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
        (permissions.map { $0 as any Act.Type } + AccountsModule.acts + MessagesModule.acts
        + PeopleModule.acts + AuditModule.acts)
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
        let policy = Dictionary(PolicyTable(Self.permissions).acts.map { ($0.name, $0) }) { first, _ in first }
        for act in self.acts {
            let who = policy[act.name].map(Self.who) ?? "recorded when it happens"
            text += "| `\(act.name)` | \(act.kind.rawValue) | \(act.summary) | \(who) |\n"
        }
        return text
    }

    /// The content of `docs/policy.json`.
    package static var policyDocument: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(PolicyTable(Self.permissions)), as: UTF8.self)
        }
    }

    private static func who(_ act: PolicyAct) -> String {
        act.rules.map { rule in
            "\(Role.words(Set(rule.roles))) (\(rule.relations.joined(separator: " or ")); \(rule.while))"
        }.joined(separator: "; ") + (act.asksForCode ? ". Asks for a code of whoever has a second step" : "")
    }
}
