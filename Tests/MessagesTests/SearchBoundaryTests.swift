import Foundation
import Kernel
import Postgres
import TestKit
import Testing

@testable import Messages

/// Search finds what opening every conversation and reading it would, and nothing else.
///
/// People, roles, homes, joins and leaves are left to chance; a control breaks the function and has to be noticed.
@Suite(.database, .serialized, .timeLimit(.minutes(5))) struct SearchBoundaryTests {
    let database = TestDatabase.current.open()

    private static let words = ["breakfast", "walk", "tablet", "bruise", "daughter", "kitchen"]
    private static let time = LocalTime(zone: "Europe/London", now: Date())

    /// An organisation in which much has happened, and everything that was said in it.
    private struct Scene {
        let kit: MessagesKit
        let people: [Principal]
        let residents: [Identifier<Person>]
        let conversations: [Identifier<Conversation>]
    }

    private func scene(canary: String) async throws -> Scene {
        let kit = try await MessagesKit(self.database), place = kit.organisation
        let reaches: [(Role, Reach)] = [
            (.careAssistant, .home(place.rowan.id)), (.registeredNurse, .unit(place.garden)),
            (.careAssistant, .home(place.harbour.id)), (.registeredManager, .home(place.rowan.id)),
            (.registeredManager, .home(place.harbour.id)), (.deputyManager, .unit(place.terrace)),
            (.providerDirector, .organisation), (.housekeeping, .home(place.rowan.id)),
            (.gp, .home(place.rowan.id)),
        ]
        var people: [Principal] = []
        for (role, reach) in reaches { people.append(try await place.hire(role, reach)) }
        let writers = Array(people.prefix(3))
        let residents = [
            try await place.admit("Edith Marlow", unit: place.garden, team: writers),
            try await place.admit("Roy Kettlewell", unit: place.terrace, team: writers),
            try await place.admit("Nora Evans", to: place.harbour.id, team: writers),
        ]
        var conversations: [Identifier<Conversation>] = []
        for number in 0..<6 {
            let about = number < 3 ? residents[number] : [nil, residents.randomElement()].randomElement() ?? nil
            conversations.append(try await kit.group(people[0], people[1], people[2], about: about))
        }
        for conversation in conversations {
            for _ in 0..<12 { await self.happen(in: conversation, kit, people, canary) }
        }
        // What chance may leave out: a conversation of no home, somebody who came late, and somebody who left.
        let homeless = try await kit.group(people[0], people[1])
        try await kit.say("breakfast \(canary)", in: homeless, by: people[0])
        conversations.append(homeless)
        let first = conversations[0]
        _ = try? await kit.messages.add(
            Invitation(person: people[0].person, seesHistory: true), to: first, by: people[3])
        try await kit.say("breakfast \(canary)", in: first, by: people[0])
        for (person, seesHistory) in [(people[7], false), (people[8], true)] {
            _ = try? await kit.messages.remove(person.person, from: first, by: people[3])
            _ = try await kit.messages.add(
                Invitation(person: person.person, seesHistory: seesHistory), to: first, by: people[0])
        }
        try await kit.say("breakfast walk \(canary)", in: first, by: people[0])
        _ = try await kit.messages.remove(people[8].person, from: first, by: people[0])
        return Scene(kit: kit, people: people, residents: residents, conversations: conversations)
    }

    /// Something that somebody does; what they may not do they do not.
    private func happen(
        in conversation: Identifier<Conversation>, _ kit: MessagesKit, _ people: [Principal], _ canary: String
    ) async {
        guard let somebody = people.randomElement(), let other = people.randomElement() else { return }
        switch Int.random(in: 0..<8) {
        case 0:
            let invitation = Invitation(person: other.person, seesHistory: .random())
            _ = try? await kit.messages.add(invitation, to: conversation, by: somebody)
        case 1: _ = try? await kit.messages.remove(other.person, from: conversation, by: somebody)
        case 2: _ = try? await kit.messages.leave(conversation, by: somebody)
        default:
            let body = (Self.words.shuffled().prefix(.random(in: 1...3)) + [canary]).joined(separator: " ")
            for author in [somebody] + people.shuffled() {
                if (try? await kit.say(body, in: conversation, by: author)) != nil { break }
            }
        }
    }

    /// What can be read by opening each conversation of all organisations.
    private func readable(_ scenes: [Scene], by person: Principal) async -> [Message] {
        var found: [Message] = []
        for scene in scenes {
            for conversation in scene.conversations {
                guard let thread = try? await scene.kit.messages.read(conversation, limit: 100, by: person) else {
                    continue
                }
                found += thread.messages
            }
        }
        return found.sorted { ($0.sentAt, $0.id.description) > ($1.sentAt, $1.id.description) }
    }

    private func searched(_ text: String, _ scene: Scene, by person: Principal) async throws -> [Identifier<Message>] {
        var found: [Identifier<Message>] = [], search = MessageSearch(text: text)
        repeat {
            let page = try await scene.kit.messages.search(search, in: Self.time, limit: 7, for: person)
            found += page.items.map(\.id)
            search.before = page.next
        } while search.before != nil
        return found
    }

    /// Every way in which search and reading differ; none when all is well.
    private func differences(
        _ scenes: [Scene], _ questions: [(text: String, matches: (Set<String>) -> Bool)]
    ) async throws -> (differences: [String], met: Int) {
        var differences: [String] = [], met = 0
        for scene in scenes {
            for (number, person) in scene.people.enumerated() {
                let all = await self.readable(scenes, by: person)
                for (text, matches) in questions {
                    let expected = all.filter { matches(Set($0.body.split(separator: " ").map(String.init))) }.map(\.id)
                    let found = try await self.searched(text, scene, by: person)
                    met += expected.count
                    if found != expected {
                        differences.append("person \(number), \(text): \(found.count) instead of \(expected.count)")
                    }
                }
            }
        }
        return (differences, met)
    }

    /// What is searched for, and whether a message with these words has to be found.
    private func questions(_ canaries: [String]) -> [(text: String, matches: (Set<String>) -> Bool)] {
        let one = Self.words.randomElement() ?? "walk", other = Self.words.randomElement() ?? "tablet"
        var questions: [(String, (Set<String>) -> Bool)] = (canaries + Self.words).map { word in
            (word, { words in words.contains(word) })
        }
        questions.append(("\(one) \(other)", { $0.contains(one) && $0.contains(other) }))
        questions.append(("\(one) -\(other)", { $0.contains(one) && !$0.contains(other) }))
        return questions
    }

    @Test func `search finds exactly what opening every conversation would, for everybody in two organisations`()
        async throws
    {
        let canaries = ["xylophone", "zeppelin"]
        let scenes = [try await self.scene(canary: canaries[0]), try await self.scene(canary: canaries[1])]
        let (differences, met) = try await self.differences(scenes, self.questions(canaries))
        #expect(differences == [])
        #expect(met > 200, "there was little to find")
    }

    @Test func `what was said about a resident is exactly what opening its conversations would show`() async throws {
        let scenes = [try await self.scene(canary: "xylophone"), try await self.scene(canary: "zeppelin")]
        var met = 0
        for scene in scenes {
            for person in scene.people {
                let all = await self.readable(scenes, by: person)
                for resident in scene.residents {
                    var about: [Message] = []
                    for message in all {
                        let detail = try await scene.kit.messages.detail(of: message.conversationId, for: person)
                        if detail.conversation.residentId == resident { about.append(message) }
                    }
                    let mayOpen = (try? await scene.kit.people.resident(resident, for: person)) != nil
                    let said = try? await scene.kit.messages.said(about: resident, limit: 500, for: person)
                    #expect((said != nil) == mayOpen)
                    guard let said else { continue }
                    #expect(said.items.map(\.id) == about.map(\.id))
                    #expect(said.items.map { $0.pieces.map(\.text).joined() } == about.map(\.body))
                    met += about.count
                }
                for resident in scenes.flatMap(\.residents) where !scene.residents.contains(resident) {
                    let error = await #expect(throws: (any Error).self) {
                        _ = try await scene.kit.messages.said(about: resident, for: person)
                    }
                    #expect(Problem.Kind(error) == .notFound)
                }
            }
        }
        #expect(met > 50)
    }

    /// Predicates of the function, each with what is put in its place; it must be noticed.
    @Test(arguments: [
        ("WHERE message.seq >= opened.from_seq", "WHERE true"), ("AND member.until_seq IS NULL\n", "\n"),
        ("AND (place.unit IS NULL OR place.unit = conversation.unit_id)", ""),
        ("AND (place.home IS NULL OR place.home = conversation.home_id)", ""),
        ("conversation.home_id IS NOT NULL AND", ""),
    ])
    func `a function without one of its predicates would be noticed`(_ predicate: String, _ other: String) async throws
    {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let canaries = ["xylophone", "zeppelin"]
        let scenes = [try await self.scene(canary: canaries[0]), try await self.scene(canary: canaries[1])]
        let whole = try #require(
            try await admin.read(
                as: .system("test"), "SELECT pg_get_functiondef('messages.find'::regproc) AS text"
            ).first?.read("text", as: String.self))
        let broken = whole.replacingOccurrences(of: predicate, with: other)
        #expect(broken != whole)
        try await admin.transaction(as: .system("test")) { tx in _ = try tx.execute("\(unsafeText: broken)") }
        // Each message has its organisation's canary in it.
        let all = canaries.map { canary in (canary, { (words: Set<String>) in words.contains(canary) }) }
        let (differences, _) = try await self.differences(scenes, all)
        #expect(differences != [], "\(predicate)")
        try await admin.transaction(as: .system("test")) { tx in _ = try tx.execute("\(unsafeText: whole)") }
        await admin.shutDown()
    }

    @Test func `a function that forgot whose organisation it is would still show nothing of another`() async throws {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let canaries = ["xylophone", "zeppelin"]
        let scenes = [try await self.scene(canary: canaries[0]), try await self.scene(canary: canaries[1])]
        let whole = try #require(
            try await admin.read(
                as: .system("test"), "SELECT pg_get_functiondef('messages.find'::regproc) AS text"
            ).first?.read("text", as: String.self))
        let broken = whole.replacingOccurrences(of: "message.tenant_id = app.tid() AND", with: "")
        #expect(broken != whole)
        try await admin.transaction(as: .system("test")) { tx in _ = try tx.execute("\(unsafeText: broken)") }
        for (scene, theirs) in [(scenes[0], canaries[1]), (scenes[1], canaries[0])] {
            for person in scene.people {
                let found = try await scene.kit.messages.search(
                    MessageSearch(text: theirs), in: Self.time, limit: 500, for: person)
                #expect(found.items.isEmpty)
            }
        }
        try await admin.transaction(as: .system("test")) { tx in _ = try tx.execute("\(unsafeText: whole)") }
        await admin.shutDown()
    }
}
