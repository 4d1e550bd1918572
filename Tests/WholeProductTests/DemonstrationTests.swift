import Announcements
import Foundation
import Kernel
import Messages
import People
import Postgres
import TestKit
import Testing

@testable import Accounts
@testable import WriteCareConnect

/// What somebody who tries the product finds, on whatever day they do.
@Suite(.database, .timeLimit(.minutes(10))) struct DemonstrationTests {
    /// Before, in and after both clock changes of a year, at its turn, and while a shift changes.
    ///
    /// Of a year to come, so that nothing that waits is due by the database's clock.
    static let moments = [
        "2098-03-29T23:50:00Z", "2098-03-30T01:05:00Z", "2098-03-30T12:00:00Z", "2098-10-25T23:30:00Z",
        "2098-10-26T00:30:00Z", "2098-10-26T01:30:00Z", "2098-12-31T23:55:00Z", "2098-06-16T07:04:00Z",
    ]

    private static func date(_ text: String) throws -> Date { try #require(ISO8601DateFormatter().date(from: text)) }

    private func files() throws -> DemonstrationFiles {
        try DemonstrationFiles(directory: TestAssets.own.appending(path: "demonstration").path)
    }

    @Test(.serialized, arguments: Self.moments) func `whenever it is loaded, each part is there`(_ moment: String)
        async throws
    {
        let now = try Self.date(moment)
        var overrides = WriteCareConnect.Overrides()
        overrides.source = Source(now: { now })
        try await withApp(overrides: overrides) { _, wcc in
            let loaded = try await Loaded(wcc, at: now)
            try await loaded.checkMessages()
            try await loaded.checkAnnouncements()
            try await loaded.checkPeople()
            try await loaded.checkWhatIsPrepared()
            try await loaded.checkWhatIsConfidential()
        }
    }

    @Test func `on every day there are people on shift, and one manager on call`() throws {
        let files = try self.files()
        let begin = try Self.date("2026-01-01T04:10:00Z")
        let days = (0..<365).filter { $0 % 6 == 0 || (86...89).contains($0) || (296...299).contains($0) }
        for now in days.flatMap({ [Double($0), Double($0) + 0.5] }).map({ begin.addingTimeInterval($0 * 86_400) }) {
            let cast = try DemonstrationCast(files, hash: PasswordHash(""), source: Source(now: { now }))
            let rota = try cast.rota(files.rotas, at: now)
            for home in cast.homes {
                let there = rota.filter { $0.home == home.id && $0.startsAt <= now && $0.endsAt > now }
                #expect(there.filter { $0.kind == .onCallManager }.count == 1, "\(home.name) at \(now)")
                #expect(there.filter { $0.kind == .shift }.count >= 2, "\(home.name) at \(now)")
            }
            #expect(rota.allSatisfy { $0.endsAt > $0.startsAt && $0.endsAt.timeIntervalSince($0.startsAt) <= 86_400 })
            // Whoever the message is passed on to is none of the people whose sign-in is told.
            let known = try Set(files.signIns.map { try cast.person($0.person) })
            for conversation in files.conversations where conversation.messages.contains(where: { $0.passedOn != nil })
            {
                let archive = try cast.archive(conversation, rota: rota, at: now)
                let steps = archive.entries.compactMap(\.passedOn)
                #expect(steps.count == 1)
                #expect(steps.allSatisfy { !known.contains($0.person) && $0.next > now }, "at \(now)")
            }
        }
    }

    @Test func `the message that nobody answers climbs on by itself`() async throws {
        // As long ago as its next step was due in.
        let now = Date().addingTimeInterval(-121)
        try await withApp { _, wcc in
            let loaded = try await Loaded(wcc, at: now)
            let hasClimbed = try await eventually(within: .seconds(60)) {
                let waiting = try await wcc.messages.waiting(for: loaded.who("ravi.menon"))
                return waiting.contains { $0.passedOnAt != nil && $0.resident?.name == "Clarice Daniels" }
            }
            #expect(hasClimbed)
        }
    }
}

/// The demonstration, just loaded, and those who sign in to it.
private struct Loaded: Sendable {
    let wcc: WriteCareConnect
    let organisation: Identifier<Organisation>
    let now: Date
    let people: [String: Principal]

    init(_ wcc: WriteCareConnect, at now: Date) async throws {
        let demonstration = try Demonstration(directory: TestAssets.own.appending(path: "demonstration").path)
        let organisation = try await demonstration.load(
            into: wcc.database, accounts: wcc.accounts, source: Source(now: { now }))
        // As the server does by itself after a while; without it, it guesses how many rows there are.
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        try await admin.transaction(as: .system("test")) { tx in try tx.execute("ANALYZE") }
        await admin.shutDown()
        let colleague = Principal(person: .any(), organisation: organisation, grants: [Grant(.hr, .organisation)])
        var people: [String: Principal] = [:]
        for name in ["Precious Adeyemi", "Joanne Hartley", "Ravi Menon", "Sian Griffiths", "Catherine Ashworth"] {
            let found = try await wcc.people.staff(matching: name, for: colleague).items
            let id = try #require(found.first?.id)
            let principal: Principal? = try await wcc.database.transaction(as: .tenant(organisation)) { tx in
                try wcc.accounts.directory.principal(id, in: organisation, at: now, in: tx)
            }
            let known = try #require(principal)
            people[name.lowercased().replacing(" ", with: ".")] = known
        }
        (self.wcc, self.organisation, self.now, self.people) = (wcc, organisation, now, people)
    }

    func who(_ name: String) throws -> Principal { try #require(self.people[name]) }

    func checkMessages() async throws {
        let waiting = try await self.wcc.messages.waiting(for: self.who("precious.adeyemi"))
        #expect(!waiting.isEmpty)
        let open = try await self.wcc.messages.unanswered(for: self.who("joanne.hartley"))
        let climbing = try #require(open.first { $0.resident?.name == "Clarice Daniels" })
        let thread = try await self.wcc.messages.read(
            climbing.message.conversationId, by: self.who("joanne.hartley"))
        let steps = try #require(thread.messages.last?.ladder)
        #expect(steps.first?.rung == .shift)
        #expect(steps.first?.at ?? .distantFuture <= self.now)
    }

    func checkAnnouncements() async throws {
        let carer = try await self.wcc.announcements.waiting(for: self.who("precious.adeyemi"))
        #expect(carer.map(\.asksConfirmation) == [true])
        let manager = try self.who("joanne.hartley")
        let mine = try await self.wcc.announcements.announcements(.overseen, for: manager).items
        let progress = try #require(mine.first { $0.asksConfirmation }?.progress)
        #expect(progress.confirmed > 0 && progress.seen > progress.confirmed && progress.told > progress.seen)
        #expect(progress.told == progress.people)
        let all = try await self.wcc.announcements.announcements(.mine, for: manager).items
        #expect(all.contains { !$0.asksConfirmation && $0.homeId == nil })
    }

    func checkPeople() async throws {
        let manager = try self.who("joanne.hartley")
        let today = try #require(LocalTime(zone: "Europe/London", now: self.now).today)
        var filter = ResidentFilter()
        filter.search = "Winston"
        let winston = try #require(try await self.wcc.people.residents(filter, for: manager).items.first)
        let record = try await self.wcc.people.resident(winston.id, for: manager)
        #expect(record.needs.contains { $0.reviewDueOn < today })
        filter.search = "Doreen"
        let doreen = try #require(try await self.wcc.people.residents(filter, for: manager).items.first)
        let contacts = try await self.wcc.people.contacts(of: doreen.id, for: manager).items
        #expect(contacts.contains { !$0.restrictions.isEmpty })
        filter.search = "Edith"
        let edith = try #require(try await self.wcc.people.residents(filter, for: manager).items.first)
        let family = try await self.wcc.people.contacts(of: edith.id, for: manager).items
        let professionals = try await self.wcc.people.professionals(of: edith.id, for: manager).items
        #expect(professionals.map(\.professional.details.role) == [.gp])
        let everybody = try await self.wcc.people.professionals(for: manager).items
        #expect(everybody.contains { $0.registrationWarning != nil })
        #expect(family.contains { $0.authority == .attorneyHW && $0.authorityVerifiedBy?.name == "Joanne Hartley" })
    }

    func checkWhatIsPrepared() async throws {
        let manager = try self.who("joanne.hartley")
        let home = try #require(
            manager.grants.compactMap { if case .home(let home) = $0.reach { home } else { nil } }.first)
        let week = try await self.wcc.rotas.week(of: home, for: manager)
        #expect(week.now.managersOnCall.map(\.person.name) == ["Ravi Menon"])
        #expect(!week.now.shifts.isEmpty)
        let next = try await self.wcc.rotas.week(of: home, around: week.monday.adding(days: 7), for: manager)
        #expect(next.shifts.count > 50)
        #expect(try await self.wcc.messages.templates(for: manager).count == 3)
        let scheduled = try #require(try await self.wcc.messages.scheduled(for: manager).first)
        let time = LocalTime(zone: "Europe/London", now: self.now)
        #expect(time.time(scheduled.goesAt) == "07:30")
        #expect(time.date(scheduled.goesAt) == time.today?.adding(days: 1))
        let policy = try await self.wcc.messages.ladderPolicy(of: home, for: manager)
        #expect(policy.shiftSteps == 1)
        let invited = try await self.wcc.accounts.invitations(for: manager).items
        #expect(invited.map(\.name) == ["Aisha Rahman"])
        #expect(invited.allSatisfy { !$0.isExpired })
    }

    /// A daughter is in her family's conversation and in nothing else; a case is there for those in it only.
    func checkWhatIsConfidential() async throws {
        let manager = try self.who("joanne.hartley")
        let mine = try await self.wcc.messages.conversations(limit: 200, for: manager).items
        let family = try #require(mine.first { $0.conversation.kind == .family })
        let members = try await self.wcc.messages.detail(of: family.conversation.id, for: manager).members
        let daughter = try #require(members.first { $0.person.name == "Margaret Marlow" }?.person.id)
        let margaret: Principal? = try await self.wcc.database.transaction(as: .tenant(self.organisation)) { tx in
            try self.wcc.accounts.directory.principal(daughter, in: self.organisation, at: self.now, in: tx)
        }
        let hers = try await self.wcc.messages.conversations(for: try #require(margaret)).items
        #expect(hers.map(\.conversation.id) == [family.conversation.id])
        #expect(hers.first?.unread == 1)

        let matter = try #require(mine.first { $0.conversation.kind == .matter })
        #expect(matter.resident?.name == "Doreen Pickering")
        // She answers for all homes, and is not in it.
        let error = try await #require(throws: (any Error).self) {
            _ = try await self.wcc.messages.detail(of: matter.conversation.id, for: self.who("catherine.ashworth"))
        }
        #expect((error as? any ProblemConvertible)?.problem.kind == .notFound)
    }
}
