import FoundationEssentials
import Kernel
import Postgres

/// Messages across conversations, newest first.
extension MessagesStore {
    /// A message, and the words in it that were looked for, as they are written there.
    struct FoundRow: Sendable {
        let message: MessageRow
        let hits: Set<String>
    }

    /// Typed words as PostgreSQL looks for them.
    struct Wanted: Sendable {
        /// What a message has to be.
        let query: String
        /// Any of the words that are wanted, to mark them.
        let marks: String
    }

    /// `nil` if there are only words that English leaves out.
    func wanted(_ terms: SearchTerms, in tx: borrowing Transaction) throws -> Wanted? {
        var words: [SQL] = terms.words.map { "messages.wanted(\($0))" }
        if terms.isLastWordOpen, let last = terms.words.last, let word = words.popLast() {
            words.append(
                """
                CASE WHEN numnode(\(fragment: word)) > 0
                    THEN \(fragment: word) || to_tsquery('pg_catalog.simple', \("\(last):*")) ELSE \(fragment: word) END
                """)
        }
        let phrases: [SQL] = terms.phrases.map { "phraseto_tsquery('pg_catalog.simple', \($0))" }
        let unwanted: [SQL] =
            terms.unwanted.map { word in
                """
                phraseto_tsquery('pg_catalog.english', \(word)) || phraseto_tsquery('pg_catalog.simple', \(word))
                """
            } + terms.unwantedPhrases.map { "phraseto_tsquery('pg_catalog.simple', \($0))" }
        let row = try tx.execute(
            """
            SELECT numnode(wanted) > 0 AS says_something, (wanted && unwanted)::text AS query, marks::text AS marks
            FROM (SELECT \(fragment: Self.joined(words + phrases, "&&")) AS wanted,
                !! (\(fragment: Self.joined(unwanted, "||"))) AS unwanted,
                \(fragment: Self.joined(words, "||")) AS marks) AS asked
            """
        ).first
        guard let row, try row.read("says_something") else { return nil }
        return Wanted(query: try row.read("query"), marks: try row.read("marks"))
    }

    /// An empty query joined to another leaves the other as it is.
    private static func joined(_ queries: [SQL], _ sign: SQL) -> SQL {
        queries.reduce("''::tsquery") { "\(fragment: $0) \(fragment: sign) (\(fragment: $1))" }
    }

    /// How many of the newest messages are looked through before the index of words is asked.
    ///
    /// It takes a few milliseconds, and fills the page if a word is in one message of some hundred.
    private static let newest = 4_000

    /// What matches, of what the person may open: among the newest, or else, if that is not enough, among all.
    func found(
        _ wanted: Wanted, _ search: MessageSearch, in time: LocalTime, after: Keyset?, limit: Int,
        _ decision: Decision<SearchMessages>, in tx: borrowing Transaction
    ) throws -> [FoundRow] {
        let recent = try self.found(wanted, among: Self.newest, search, in: time, after, limit, decision, in: tx)
        guard recent.count < limit else { return recent }
        return try self.found(wanted, among: nil, search, in: time, after, limit, decision, in: tx)
    }

    /// The function is given the table of ``ReadConversation``, as the lists are.
    private func found(
        _ wanted: Wanted, among newest: Int?, _ search: MessageSearch, in time: LocalTime, _ after: Keyset?,
        _ limit: Int, _ decision: Decision<SearchMessages>, in tx: borrowing Transaction
    ) throws -> [FoundRow] {
        let lines = ReadConversation.lines(for: decision.principal)
        let asMember = Set(lines.filter { $0.relations.contains(.member) }.flatMap(\.states)).sorted()
        let places = lines.flatMap { line in line.reaches.flatMap { reach in line.states.map { ($0, reach) } } }
        let (since, before) = search.span(in: time)
        let page = try Self.page(after)
        return try tx.execute(
            """
            SELECT \(fragment: Self.messageColumns), ARRAY(
                SELECT DISTINCT word FROM regexp_split_to_table(message.body, '[^[:alnum:]]+') AS word
                WHERE word <> '' AND messages.words(word) @@ \(wanted.marks)::tsquery) AS hits
            FROM messages.message WHERE message.tenant_id = app.tid() AND message.id = ANY (ARRAY(
                SELECT found_id FROM messages.find(\(wanted.query)::tsquery, \(newest), \(asMember),
                    \(places.map(\.0)), \(places.map(\.1.home)), \(places.map(\.1.unit)),
                    \(search.conversationId?.uuid), \(search.residentId?.uuid), \(search.authorId?.uuid), \(since),
                    \(before), \(search.isUnanswered ?? false), \(fragment: page.at), \(page.id?.uuid), \(limit))))
            ORDER BY message.sent_at DESC, message.id DESC
            """
        ).map { FoundRow(message: try Self.message($0), hits: Set(try $0.read("hits", as: [String].self))) }
    }

    /// What was said in conversations about a resident, of those that the person may open.
    func said(
        _ decision: Decision<ReadAboutResident>, after: Keyset?, limit: Int, in tx: borrowing Transaction
    ) throws -> [MessageRow] {
        let page = try Self.page(after)
        let following: SQL =
            page.id.map { "AND (message.sent_at, message.id) < (\(fragment: page.at), \($0.uuid))" } ?? ""
        return try tx.execute(
            """
            SELECT \(fragment: Self.messageColumns) FROM messages.message
            JOIN messages.conversation ON conversation.tenant_id = app.tid()
                AND conversation.id = message.conversation_id
            LEFT JOIN messages.member ON member.tenant_id = app.tid() AND member.conversation_id = conversation.id
                AND member.person_id = \(decision.person.uuid) AND member.until_seq IS NULL
            WHERE message.tenant_id = app.tid() AND conversation.resident_id = \(decision.object.uuid)
                AND message.removed_at IS NULL
                AND \(fragment: self.readable(by: decision.principal)) AND message.seq >= coalesce(member.from_seq, 1)
                \(fragment: following)
            ORDER BY message.sent_at DESC, message.id DESC LIMIT \(limit)
            """
        ).map(Self.message)
    }

    /// Where a page of messages begins.
    private static func page(_ key: Keyset?) throws -> (at: SQL, id: Identifier<Message>?) {
        guard let key else { return ("NULL", nil) }
        guard key.parts.count == 2, let microseconds = Int(key.parts[0]),
            // Until the year 3000; later ones are nobody's.
            (0...32_503_680_000_000_000).contains(microseconds), let id = Identifier<Message>(key.parts[1])
        else { throw Problem(.badRequest, "This page of the list cannot be found") }
        return ("timestamptz 'epoch' + \(microseconds) * interval '1 microsecond'", id)
    }

    /// Where a page of messages ends.
    static func key(_ message: MessageRow) -> Keyset {
        let microseconds = (message.sentAt.timeIntervalSince1970 * 1_000_000).rounded()
        return Keyset("\(Int(microseconds))", message.id.description)
    }
}

extension Reach {
    fileprivate var home: UUID? {
        if case .home(let home) = self { home.uuid } else { nil }
    }
    fileprivate var unit: UUID? {
        if case .unit(let unit) = self { unit.uuid } else { nil }
    }
}
