import Accounts
import Audit
import Foundation
import Jobs
import Kernel
import NIOConcurrencyHelpers
import People
import Postgres
import Rotas
import TestKit
import Web

@testable import Messages

/// A home at night, with a clock that the test turns.
struct LadderKit: Sendable {
    let database: Database
    let organisation: TestOrganisation
    let messages: MessagesService
    let rotas: RotasService
    let people: PeopleService
    let clock: NIOLockedValueBox<Date>
    var home: Identifier<Home> { self.organisation.rowan.id }
    var now: Date { self.clock.withLockedValue { $0 } }

    init(_ database: Database, at time: String = "2026-11-23T22:00:00Z") async throws {
        let clock = NIOLockedValueBox(try Date(time, strategy: .iso8601))
        let source = Source(now: { clock.withLockedValue { $0 } })
        let accounts = AccountsDirectory(audit: Audit())
        self.clock = clock
        self.database = database
        self.organisation = try await TestOrganisation(in: database)
        self.messages = MessagesService(
            database: database, inbox: Inbox { _ in }, jobs: Jobs(source: source), audit: Audit(),
            people: PeopleDirectory(), accounts: accounts, rotas: RotasDirectory(), source: source)
        self.rotas = RotasService(
            database: database, audit: Audit(), accounts: accounts, people: PeopleDirectory(), source: source)
        self.people = PeopleService(database: database, audit: Audit(), directory: PeopleDirectory())
    }

    func pass(_ minutes: Double) { self.clock.withLockedValue { $0 += minutes * 60 } }

    func employ(
        _ role: Role = .careAssistant, _ reach: Reach? = nil, until: Date? = nil
    ) async throws -> Principal {
        try await self.organisation.employ(role, reach, at: Date(timeIntervalSince1970: 1_700_000_000), until: until)
    }

    /// Puts people on the rota, each asked after the one before.
    func plan(
        _ people: Principal..., kind: Shift.Kind = .shift, from starts: String = "2026-11-23T20:00",
        until ends: String = "2026-11-24T08:00", by planner: Principal
    ) async throws {
        for (index, person) in people.enumerated() {
            _ = try await self.rotas.plan(
                NewShift(person: person.person, kind: kind, starts: starts, ends: ends, position: index + 1),
                in: self.home, by: planner)
        }
    }

    func conversation(
        _ kind: Conversation.Kind = .group, about resident: Identifier<Person>?, _ people: Principal...
    ) async throws -> Identifier<Conversation> {
        guard let first = people.first else { throw CancellationError() }
        let opening = Opening(
            kind: kind, subject: kind == .direct ? nil : "Night", resident: resident,
            members: people.dropFirst().map(\.person))
        return try await self.messages.start(opening, by: first).value.id
    }

    func ask(_ conversation: Identifier<Conversation>, by person: Principal) async throws -> Identifier<Message> {
        try await self.messages.send(
            Draft(body: "She has had a fall.", urgency: .urgent), to: conversation, by: person
        ).value.id
    }

    /// Runs a step, as a worker does when it is due.
    func climb(_ message: Identifier<Message>, _ step: Int) async throws {
        try await self.messages.climb(ClimbLadder(message: message, step: step), in: self.organisation.id)
    }

    func ladder(
        _ message: Identifier<Message>, in conversation: Identifier<Conversation>, for principal: Principal
    ) async throws -> [String] {
        try await self.messages.ladder(of: message, in: conversation, for: principal).steps.map { step in
            "\(step.number) \(step.rung.rawValue) \(step.people.map(\.id.description).sorted().joined(separator: " "))"
        }
    }

    /// The steps that are promised and not begun.
    func promised(_ message: Identifier<Message>) async throws -> [String] {
        try await self.database.read(
            as: .tenant(self.organisation.id),
            """
            SELECT key.key FROM jobs.job JOIN jobs.key ON key.tenant_id = job.tenant_id AND key.job_id = job.id
            WHERE job.kind = 'messages.climb' AND state = 'ready' ORDER BY due_at
            """
        ).map { try $0.read("key", as: String.self) }.filter { $0.hasPrefix(message.description) }
    }
}
