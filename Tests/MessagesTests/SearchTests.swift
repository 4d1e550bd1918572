import Foundation
import Kernel
import Postgres
import TestKit
import Testing

@testable import Messages

@Suite(.database, .timeLimit(.minutes(3))) struct SearchTests {
    let database = TestDatabase.current.open()

    static let london = LocalTime(zone: "Europe/London", now: Date())

    private func found(
        _ text: String, _ kit: MessagesKit, by person: Principal, _ narrow: (inout MessageSearch) -> Void = { _ in }
    ) async throws -> [String] {
        var search = MessageSearch(text: text)
        narrow(&search)
        return try await kit.messages.search(search, in: Self.london, for: person).items
            .map { $0.pieces.map { $0.isMatch ? "[\($0.text)]" : $0.text }.joined() }
    }

    @Test func `words are found in any form, names and codes as they are, and phrases word for word`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        for body in [
            "She is falling asleep", "No fall last night", "Fall mat: no, last seen in B12/7", "Will Evans had toast",
            "500mg paracetamol at 8", "He did not have a fall",
        ] { try await kit.say(body, in: conversation, by: ann) }
        for (text, expected) in [
            (
                "falls",
                [
                    "He did not have a [fall]", "[Fall] mat: no, last seen in B12/7", "No [fall] last night",
                    "She is [falling] asleep",
                ]
            ),
            ("\"no fall\"", ["[No] [fall] last night"]),
            ("fall -night -mat", ["He did not have a [fall]", "She is [falling] asleep"]),
            ("fall -“last night” -asleep", ["He did not have a [fall]", "[Fall] mat: no, last seen in B12/7"]),
            ("EVANS", ["Will [Evans] had toast"]), ("“Will”", ["[Will] Evans had toast"]),
            ("will evans", ["Will [Evans] had toast"]),
            ("500mg", ["[500mg] paracetamol at 8"]), ("b12/7", ["Fall mat: no, last seen in B12/7"]),
            ("paracet", ["500mg [paracetamol] at 8"]), ("paracet toast", []), ("fall nothing", []),
            ("a fall in the night", ["No [fall] last [night]"]),
            ("fall | night", ["No [fall] last [night]"]), ("fall & !night", ["No [fall] last [night]"]),
            ("'; DROP TABLE x --", []),
            (
                "fall:* <->",
                [
                    "He did not have a [fall]",
                    "[Fall] mat: no, last seen in B12/7", "No [fall] last night", "She is [falling] asleep",
                ]
            ),
        ] as [(String, [String])] {
            #expect(try await self.found(text, kit, by: ben) == expected, "\(text)")
        }
        for text in ["the", "will", "the of and", "will -toast"] {
            let error = await #expect(throws: MessagesError.self) { _ = try await self.found(text, kit, by: ben) }
            #expect(error == .smallWords, "\(text)")
        }
    }

    @Test func `no phrase reaches from the words as written to their stems`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        try await kit.say("aid for hearing", in: kit.group(ann, ben), by: ann)
        #expect(try await self.found("\"hearing aid\"", kit, by: ben).isEmpty)
        #expect(try await self.found("\"hear aid\"", kit, by: ben).isEmpty)
    }

    @Test func `a search is narrowed by conversation, resident, author, day and what is unanswered`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let edith = try await kit.organisation.admit(team: [ann])
        let one = try await kit.group(ann, ben, about: edith), two = try await kit.group(ann, ben)
        try await kit.say("tea one", in: one, by: ann)
        let urgent = try await kit.say("tea two", .urgent, in: two, by: ben)
        try await kit.say("tea three", .urgent, in: two, by: ann)
        #expect(try await self.found("tea", kit, by: ann).count == 3)
        #expect(try await self.found("tea", kit, by: ann) { $0.conversationId = one } == ["[tea] one"])
        #expect(try await self.found("tea", kit, by: ann) { $0.residentId = edith } == ["[tea] one"])
        #expect(try await self.found("tea", kit, by: ann) { $0.authorId = ben.person } == ["[tea] two"])
        #expect(try await self.found("tea", kit, by: ann) { $0.isUnanswered = true }.count == 2)
        _ = try await kit.messages.acknowledge(urgent.id, in: two, by: ann)
        #expect(try await self.found("tea", kit, by: ann) { $0.isUnanswered = true } == ["[tea] three"])
        #expect(try await self.found("tea", kit, by: ann) { $0.residentId = .any() }.isEmpty)
        let today = try #require(LocalTime(zone: "Europe/London", now: Date()).today)
        let before = try #require(LocalDate("2020-01-01")), after = try #require(LocalDate("9999-12-31"))
        for (from, to, count) in [(today, today, 3), (before, after, 3), (after, after, 0), (before, before, 0)] {
            let found = try await self.found("tea", kit, by: ann) { ($0.from, $0.to) = (from, to) }
            #expect(found.count == count, "\(from) \(to)")
        }
    }

    @Test func `days are the home's, over the clock change`() throws {
        // 25 October 2026 has 25 hours in London; 1 July begins at 23:00 UTC of the day before.
        let day = try #require(LocalDate("2026-10-25")), summer = try #require(LocalDate("2026-07-01"))
        let span = MessageSearch(text: "x", from: day, to: day).span(in: Self.london)
        let since = try #require(span.since), before = try #require(span.before)
        #expect(before.timeIntervalSince(since) == 25 * 3_600)
        #expect(try #require(Self.london.start(of: summer)).formatted(.iso8601) == "2026-06-30T23:00:00Z")
    }

    @Test func `pages of what is found hold each message once, newest first`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let edith = try await kit.organisation.admit(team: [ann])
        let one = try await kit.group(ann, ben, about: edith), two = try await kit.group(ann, ben, about: edith)
        var said: [Identifier<Message>] = []
        for number in 0..<13 {
            said.append(try await kit.say("tea \(number)", in: number % 2 == 0 ? one : two, by: ann).id)
        }
        var found: [Identifier<Message>] = [], search = MessageSearch(text: "tea")
        repeat {
            let page = try await kit.messages.search(search, in: Self.london, limit: 4, for: ben)
            #expect(page.items.count == 4 || page.next == nil)
            found += page.items.map(\.id)
            search.before = page.next
        } while search.before != nil
        #expect(found == said.reversed())
        var about: [Identifier<Message>] = [], after: Keyset?
        repeat {
            let page = try await kit.messages.said(about: edith, after: after, limit: 5, for: ann)
            about += page.items.map(\.id)
            after = try page.next.map { try Keyset($0, parts: 2) }
        } while after != nil
        #expect(about == said.reversed())
    }

    @Test(arguments: [
        "nonsense", Keyset("1", "2").description, Keyset("-1", "01a20401-c750-73ef-b164-94b4b1324178").description,
        Keyset("9223372036854775807", "01a20401-c750-73ef-b164-94b4b1324178").description, Keyset("x").description,
    ])
    func `a cursor that is none is refused`(_ cursor: String) async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant)
        let error = await #expect(throws: Problem.self) {
            _ = try await self.found("tea", kit, by: ann) { $0.before = cursor }
        }
        #expect(error?.kind == .badRequest)
    }

    @Test func `a search is in the audit, and its words are nowhere`() async throws {
        let kit = try await MessagesKit(self.database)
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let ann = try await kit.organisation.hire(.careAssistant)
        let edith = try await kit.organisation.admit(team: [ann])
        _ = try await self.found("zygomatic", kit, by: ann) { $0.residentId = edith }
        _ = try await kit.messages.said(about: edith, for: ann)
        let rows = try await admin.read(
            as: .system("test"),
            """
            SELECT action, kind, resident_id, entry::text AS all FROM audit.entry
            WHERE person_id = \(ann.person.uuid) ORDER BY at
            """)
        #expect(
            try rows.map { try $0.read("action", as: String.self) } == [
                "messages.search", "messages.read_about_resident",
            ])
        for row in rows {
            #expect(try row.read("kind", as: String.self) == "read")
            #expect(try row.read("resident_id", as: UUID.self) == edith.uuid)
            #expect(try !row.read("all", as: String.self).contains("zygomatic"))
        }
        await admin.shutDown()
    }
}
