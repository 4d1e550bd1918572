import Accounts
import Audit
import Foundation
import Jobs
import Kernel
import Messages
import People
import Postgres
import Rotas
import TestKit
import Web

/// The service on the suite's database, in an organisation of its own.
struct MessagesKit: Sendable {
    let database: Database
    let organisation: TestOrganisation
    let messages: MessagesService
    let people: PeopleService

    init(_ database: Database) async throws {
        self.database = database
        self.organisation = try await TestOrganisation(in: database)
        self.messages = Self.service(database, Source())
        self.people = PeopleService(database: database, audit: Audit(), directory: PeopleDirectory())
    }

    static func service(_ database: Database, _ source: Source) -> MessagesService {
        MessagesService(
            database: database, inbox: Inbox { _ in }, jobs: Jobs(source: source), audit: Audit(),
            people: PeopleDirectory(), accounts: AccountsDirectory(audit: Audit()), rotas: RotasDirectory(),
            source: source)
    }

    /// The service when the clock says this.
    func messages(at date: Date) -> MessagesService { Self.service(self.database, Source(now: { date })) }

    /// A group of these people, begun by the first.
    func group(
        _ people: Principal..., about resident: Identifier<Person>? = nil
    ) async throws -> Identifier<Conversation> {
        guard let first = people.first else { throw CancellationError() }
        let opening = Opening(
            kind: .group, subject: "Day team", resident: resident, members: people.dropFirst().map(\.person))
        return try await self.messages.start(opening, by: first).value.id
    }

    @discardableResult
    func say(
        _ body: String, _ urgency: Message.Urgency = .routine, in conversation: Identifier<Conversation>,
        by principal: Principal, replyTo: Identifier<Message>? = nil, mentions: [Principal] = []
    ) async throws -> Message {
        let draft = Draft(body: body, urgency: urgency, replyTo: replyTo, mentions: mentions.map(\.person))
        return try await self.messages.send(draft, to: conversation, by: principal).value
    }

    func unread(_ principal: Principal) async throws -> (unread: Int, urgent: Int) {
        try await self.database.read(as: principal) { tx in try self.messages.totals(for: principal, in: tx) }
    }

    /// What the audit says was done, in order.
    func audited(_ conversation: Identifier<Conversation>, admin: Database) async throws -> [String] {
        try await admin.read(
            as: .system("test"), "SELECT action FROM audit.entry WHERE object_id = \(conversation.uuid) ORDER BY at"
        ).map { try $0.read("action") }
    }
}

/// What kind of problem an act ends with; `nil` if it is done.
func outcome(_ act: () async throws -> Void) async -> Problem.Kind? {
    do {
        try await act()
        return nil
    } catch {
        return Problem.Kind(error) ?? .internalFailure
    }
}

extension Problem.Kind {
    /// What kind of problem an error is told as.
    init?(_ error: (any Error)?) {
        guard let problem = (error as? any ProblemConvertible)?.problem else { return nil }
        self = problem.kind
    }
}
