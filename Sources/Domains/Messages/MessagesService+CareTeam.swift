import Audit
package import Kernel
package import People
package import Postgres
import Web

/// A resident's care team conversations have in them who is in the care team.
extension MessagesService {
    /// Takes in who joined the team, from the next message on, and lets out who left it.
    ///
    /// In the transaction that changes the team. Whoever is the last in a conversation stays, because a conversation
    /// needs somebody in it; and only people who work here are taken in.
    package func follow(_ change: CareTeamChange, in tx: borrowing Transaction) throws {
        var changed: [Conversation] = [], people: Set<Identifier<Person>> = []
        for conversation in try self.store.holdTeamConversations(about: change.resident, in: tx) {
            let before = Set(try self.store.members(of: conversation.id, in: tx).map(\.person))
            var isChanged = false
            if let joined = change.joined, !before.contains(joined), before.count < MessagesError.maximumMembers,
                try self.people.summaries(of: [joined], in: tx)[joined]?.isStaff == true
            {
                try self.store.join(joined, conversation, in: tx)
                people.insert(joined)
                isChanged = true
            }
            if let left = change.left, before.contains(left), before.count > 1 {
                try self.store.leave(left, conversation, in: tx)
                isChanged = true
            }
            guard isChanged else { continue }
            changed.append(conversation)
            people.formUnion(before)
            self.audit.record(
                FollowCareTeam.self, on: conversation.id, by: change.principal.person, signIn: change.principal.signIn,
                reason: "\(FollowCareTeam.name): care team", in: tx)
        }
        // All to the same people, so that their counters are locked once, in order, however many conversations.
        for conversation in changed {
            self.inbox.deliver(
                Notice("messages.members", conversation.id), to: people, in: change.principal.organisation, at: tx)
        }
    }
}

/// Not decided by itself: it follows from who changed the care team.
package enum FollowCareTeam: Act {
    package static let name = "messages.follow_care_team"
    package static let summary = "Join or leave a care team’s conversation, with the care team"
    package static let kind = ActKind.share
}
