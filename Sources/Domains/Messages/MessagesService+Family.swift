import Audit
package import Kernel
package import People
package import Postgres
import Web

/// Conversations with a resident's family have in them the care team, and those of the family who were brought in.
extension MessagesService {
    /// Those of the family who were named, or all who have a sign-in.
    func family(
        of resident: Identifier<Person>, named members: [Identifier<Person>], in tx: borrowing Transaction
    ) throws -> Set<Identifier<Person>> {
        let all = Set(try self.people.family(of: resident, in: tx)), named = all.intersection(members)
        guard !all.isEmpty else { throw MessagesError.noFamily }
        return named.isEmpty ? all : named
    }

    /// Who may be brought into a conversation though they do not work here.
    func family(of conversation: Conversation, in tx: borrowing Transaction) throws -> Set<Identifier<Person>> {
        guard conversation.kind == .family, let resident = conversation.residentId else { return [] }
        return Set(try self.people.family(of: resident, in: tx))
    }

    /// Lets a contact out of every conversation, to whom nothing is open any more.
    ///
    /// In the transaction that closes it, also where they are the last: nothing that is said from then on is theirs.
    package func follow(_ change: ContactClosed, in tx: borrowing Transaction) throws {
        guard let person = change.person else { return }
        let conversations = try self.store.holdConversations(of: person, in: tx)
        var people: Set<Identifier<Person>> = []
        for conversation in conversations {
            people.formUnion(try self.store.members(of: conversation.id, in: tx).map(\.person))
            try self.store.leave(person, conversation, in: tx)
            self.audit.record(
                LetContactOut.self, on: conversation.id, by: change.principal.person,
                signIn: change.principal.signIn, about: change.resident,
                reason: "\(LetContactOut.name): contact closed", in: tx)
        }
        // All to the same people, so that their counters are locked once, in order, however many conversations.
        for conversation in conversations {
            self.inbox.deliver(
                Notice("messages.members", conversation.id), to: people, in: change.principal.organisation, at: tx)
        }
    }
}

/// Not decided by itself: it follows from who ended or restricted a contact.
package enum LetContactOut: Act {
    package static let name = "messages.let_contact_out"
    package static let summary = "Leave every conversation, with the end of a resident’s contact"
    package static let kind = ActKind.share
}

extension Draft {
    /// What only those say who work with it.
    func checkForCircle() throws(MessagesError) {
        if self.urgency == .urgent { throw .urgentFromOutside }
        if self.tags?.isEmpty == false { throw .tagsFromOutside }
        if self.template != nil { throw .unknownTemplate }
    }
}

extension Message {
    /// As somebody may see it: a resident's family sees no tags, and not who works when.
    func seen(by principal: Principal) -> Message {
        guard principal.isCircle else { return self }
        var seen = self
        seen.tags = nil
        seen.ladder = nil
        return seen
    }
}
