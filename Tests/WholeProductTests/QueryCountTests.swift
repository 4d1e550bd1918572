import Foundation
import HTTPTypes
import Kernel
import Messages
import Postgres
import TestKit
import Testing
import Web
import WriteCareConnect

/// How much each hot route asks of the database; more must be a decision, and not a loop that nobody saw.
@Suite(.database) struct QueryCountTests {
    struct Limit: Sendable, CustomTestStringConvertible {
        let route: String
        let transactions: Int
        let roundTrips: Int
        let statements: Int
        var testDescription: String { self.route }
    }

    /// As measured; who is asking is one of the transactions each time, and what they have open in an emergency one of
    /// the statements of each page.
    static let limits = [
        Limit(
            route: "POST /api/v1/messages/conversations/{conversation}/messages", transactions: 2, roundTrips: 8,
            statements: 12),
        Limit(
            route: "GET /api/v1/messages/conversations/{conversation}/messages", transactions: 2, roundTrips: 7,
            statements: 7),
        Limit(route: "GET /api/v1/messages/conversations", transactions: 2, roundTrips: 5, statements: 5),
        Limit(route: "GET /messages", transactions: 4, roundTrips: 9, statements: 8),
        // Two of them ask how the resident needs to be talked with, and whether there is a photo.
        Limit(route: "GET /messages/{conversation}", transactions: 7, roundTrips: 21, statements: 20),
        Limit(route: "GET /messages/{conversation}/since/{seq}", transactions: 2, roundTrips: 7, statements: 7),
        // One of them asks what was announced, one what was passed on to the reader.
        Limit(route: "GET /today", transactions: 7, roundTrips: 21, statements: 20),
        Limit(route: "GET /announcements", transactions: 4, roundTrips: 9, statements: 8),
        Limit(route: "GET /residents", transactions: 4, roundTrips: 7, statements: 6),
        // Who may be seen, what they are called, and what they hold are a question each.
        Limit(route: "GET /staff", transactions: 4, roundTrips: 9, statements: 8),
        Limit(route: "GET /staff/{person}", transactions: 4, roundTrips: 9, statements: 8),
        Limit(route: "POST /api/v1/messages/search", transactions: 2, roundTrips: 8, statements: 8),
        Limit(
            route: "GET /api/v1/messages/residents/{resident}/messages", transactions: 2, roundTrips: 7, statements: 7),
        Limit(route: "GET /residents/{resident}/messages", transactions: 5, roundTrips: 16, statements: 15),
        // Whom to choose from is two lists more than the entries and the names in them.
        Limit(route: "GET /audit", transactions: 6, roundTrips: 15, statements: 13),
        Limit(route: "GET /api/v1/audit/entries", transactions: 2, roundTrips: 5, statements: 5),
        // What they need, the people in their life, what these are restricted in, and who comes in from outside are a
        // question each.
        Limit(route: "GET /residents/{resident}", transactions: 7, roundTrips: 22, statements: 21),
    ]

    @Test(arguments: Self.limits) func `a hot route asks no more than it was measured to`(_ limit: Limit) async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "count")
            // As many as would show a question for each of them.
            var scene = try await world.scene()
            for _ in 0..<8 { scene = try await world.scene() }
            for number in 0..<8 {
                _ = try await wcc.messages.send(
                    Draft(body: "number \(number)", urgency: .urgent), to: scene.conversation,
                    by: world[.nurse].principal)
            }
            let sample = try #require(Sample.all.first { $0.route == limit.route })
            let someone = world[sample.by], last = scene
            // What is prepared is prepared, and the first act of a sign-in is written down.
            _ = try await asking.ask(sample, last, as: someone)
            let (answer, tally) = try await Tally.count { try await asking.ask(sample, last, as: someone) }
            #expect(answer.status == sample.status)
            #expect(tally.transactions > 0, "counted nothing: the request did not run in this task")
            // Who is asking is one question more, which is asked for several requests together and counted to none.
            let counted = (tally.transactions + 1, tally.roundTrips + 1, tally.statements.count + 1)
            #expect(counted.0 <= limit.transactions, "\(counted)")
            #expect(counted.1 <= limit.roundTrips, "\(counted)")
            #expect(counted.2 <= limit.statements, "\(counted)\n\(tally.statements.joined(separator: "\n"))")
        }
    }
}
