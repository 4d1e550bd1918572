import Kernel
import People
import Postgres

/// Puts what the stores return together with who the people are.
///
/// One look-up of people for a page, however many messages it has.
struct MessagesAssembly: Sendable {
    let store = MessagesStore()
    let people: PeopleDirectory

    func messages(
        _ rows: [MessagesStore.MessageRow], from fromSeq: Int, knowing known: [Identifier<Person>: PersonSummary] = [:],
        in tx: borrowing Transaction
    ) throws -> [Message] {
        let attached = try self.store.attachments(of: rows, from: fromSeq, in: tx)
        let wanted = Set(rows.map(\.author)).union(attached.people).subtracting(known.keys)
        let people = known.merging(try self.people.summaries(of: wanted, in: tx)) { $1 }
        return rows.map { row in
            let removal = row.removedAt.map { at in
                Message.Removal(by: people.summary(attached.removers[row.id] ?? row.author), at: at)
            }
            // What is removed says nothing any more, not even what it answered.
            let quote = (removal == nil ? row.replyTo : nil).flatMap { reply in
                attached.quotes[reply].map { quote in
                    Message.Quote(id: reply, author: people.summary(quote.author), excerpt: quote.excerpt)
                }
            }
            return Message(
                id: row.id, conversationId: row.conversation, seq: row.seq, author: people.summary(row.author),
                body: row.body, urgency: row.urgency,
                replyTo: quote,
                mentions: attached.mentions[row.id, default: []].map(people.summary),
                acknowledgements: attached.acknowledgements[row.id, default: []].map {
                    Message.Acknowledgement(person: people.summary($0.person), at: $0.at)
                },
                sentAt: row.sentAt, version: row.version, editedAt: row.editedAt, removed: removal,
                reactions: removal == nil ? Self.reactions(attached.reactions[row.id, default: [:]], people) : nil,
                tags: removal == nil ? MessageTag.allCases.filter { attached.tags[row.id]?.contains($0) == true } : nil,
                ladder: attached.steps[row.id].map { $0.map { $0.step(people) } })
        }
    }

    private static func reactions(
        _ given: [Reaction.Kind: [Identifier<Person>]], _ people: [Identifier<Person>: PersonSummary]
    ) -> [Reaction] {
        Reaction.Kind.allCases.compactMap { kind in
            given[kind].map { Reaction(kind: kind, people: $0.map(people.summary)) }
        }
    }

    /// Says who is here to a reader only: the replies to acts are stored, and of presence nothing is kept.
    func detail(
        _ conversation: Conversation, for reader: Principal? = nil, in tx: borrowing Transaction
    ) throws -> ConversationDetail {
        let members = try self.store.members(of: conversation.id, in: tx)
        var wanted = Set(members.map(\.person))
        if let resident = conversation.residentId { wanted.insert(resident) }
        let company = try self.people.company(of: wanted, for: reader, in: tx)
        let people = company.people
        return ConversationDetail(
            conversation: conversation,
            members: members.map { row in
                Member(
                    person: people.summary(row.person), fromSeq: row.fromSeq, readSeq: row.readSeq, readAt: row.readAt,
                    isHere: company.here.contains(row.person) ? true : nil)
            }.sorted { ($0.person.name, $0.person.id.description) < ($1.person.name, $1.person.id.description) },
            resident: conversation.residentId.map { self.resident(people.summary($0)) })
    }

    func lines(
        _ rows: [MessagesStore.LineRow], for person: Identifier<Person>, in tx: borrowing Transaction
    ) throws -> [ConversationLine] {
        let others = try self.store.others(in: rows.map(\.conversation.id), than: person, in: tx)
        var wanted = Set(rows.compactMap(\.last?.author)).union(rows.compactMap(\.conversation.residentId))
        for people in others.values { wanted.formUnion(people) }
        let people = try self.people.summaries(of: wanted, in: tx)
        return rows.map { row in
            ConversationLine(
                conversation: row.conversation,
                resident: row.conversation.residentId.map { self.resident(people.summary($0)) },
                others: others[row.conversation.id, default: []].map(people.summary),
                last: row.last.map {
                    ConversationLine.Last(
                        author: people.summary($0.author), excerpt: $0.body, urgency: $0.urgency)
                },
                unread: row.unread, needsMe: row.needsMe, isSameDay: row.hasSameDay,
                open: row.open, arrangement: row.arrangement)
        }
    }

    func urgent(_ rows: [MessagesStore.MessageRow], in tx: borrowing Transaction) throws -> [UrgentItem] {
        let conversations = try self.store.conversations(Set(rows.map(\.conversation)), in: tx)
        let residents = try self.people.summaries(of: Set(conversations.values.compactMap(\.residentId)), in: tx)
        // Each of them is in a conversation of its own, with a window of its own: what they answer is read there.
        return try self.messages(rows, from: .max, in: tx).compactMap { message in
            conversations[message.conversationId].map { conversation in
                UrgentItem(
                    message: message, conversation: conversation,
                    resident: conversation.residentId.map { self.resident(residents.summary($0)) })
            }
        }
    }

    func found(
        _ rows: [(message: MessagesStore.MessageRow, pieces: [FoundMessage.Piece])], for person: Identifier<Person>,
        in tx: borrowing Transaction
    ) throws -> [FoundMessage] {
        let ids = Set(rows.map(\.message.conversation))
        let conversations = try self.store.conversations(ids, in: tx)
        let others = try self.store.others(in: Array(ids), than: person, in: tx)
        var wanted = Set(rows.map(\.message.author)).union(conversations.values.compactMap(\.residentId))
        for people in others.values { wanted.formUnion(people) }
        let people = try self.people.summaries(of: wanted, in: tx)
        return rows.compactMap { row in
            conversations[row.message.conversation].map { conversation in
                FoundMessage(
                    id: row.message.id, conversation: conversation,
                    resident: conversation.residentId.map { self.resident(people.summary($0)) },
                    others: others[conversation.id, default: []].map(people.summary),
                    author: people.summary(row.message.author), urgency: row.message.urgency,
                    sentAt: row.message.sentAt, pieces: row.pieces)
            }
        }
    }

    private func resident(_ person: PersonSummary) -> ConversationResident {
        ConversationResident(id: person.id, name: person.name, room: person.room ?? "")
    }
}

extension [Identifier<Person>: PersonSummary] {
    /// Every person here has a row; one without is shown as nobody rather than failing the page.
    func summary(_ person: Identifier<Person>) -> PersonSummary {
        self[person]
            ?? PersonSummary(id: person, name: "Somebody", preferredName: "Somebody", title: "", isStaff: false)
    }
}
