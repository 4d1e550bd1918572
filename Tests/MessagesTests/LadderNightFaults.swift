import Foundation
import Kernel
import Postgres

@testable import Messages

/// What was wrong with a night, by a second account of what should have happened.
extension LadderNight {
    private struct Taken: Sendable {
        let number: Int
        let rung: String
        let at: Date
        var people: Set<Identifier<Person>>
    }

    /// Who is on shift at an instant, in the order in which they are asked: from the table in UTC.
    private func onShift(_ at: Date) throws -> [Identifier<Person>] {
        let (first, second) = (try self.time(self.plan.first), try self.time(self.plan.second))
        let one = at < first ? self.hands[0] : at < second ? self.hands[2] : self.hands[3]
        return [one.person, self.hands[1].person]
    }

    private func onCall(_ at: Date) throws -> Identifier<Person> {
        at < (try self.time(self.plan.second)) ? self.managers[0].person : self.managers[1].person
    }

    private func time(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    /// How late a step may be: its worker is killed at most so often, a lease each time, and the clock goes by minutes.
    private var slack: Double { Double(Self.mostDeaths + 1) * (Self.lease + 60) }

    func faults() async throws -> [String] {
        var faults: [String] = []
        let steps = try await self.steps(),
            entries = try await self.counts("audit.entry", "action = 'messages.pass_on'")
        for (index, seed) in self.all.enumerated() {
            let taken = steps[seed.message, default: []]
            faults += try await self.faults(of: seed, taken).map { "\(self.plan), message \(index): \($0)" }
            if entries[seed.message.uuid, default: 0] != taken.count { faults.append("message \(index): audit") }
        }
        faults += try await self.faultsOfNotices(steps)
        let left = try await self.admin.read(
            as: .system("test"),
            "SELECT state, count(*) AS n FROM jobs.job WHERE kind = 'messages.climb' AND state <> 'done' GROUP BY state"
        )
        for row in left {
            faults.append("\(try row.read("n", as: Int.self)) jobs are \(try row.read("state", as: String.self))")
        }
        return faults
    }

    private func faults(of seed: Seed, _ taken: [Taken]) async throws -> [String] {
        var faults: [String] = []
        var asked = try await self.said(seed).union([seed.author]), due = seed.sentAt + 600.0, last = 0
        var rungs: [String] = []
        for (index, step) in taken.enumerated() {
            if step.number != index + 1 { faults.append("step \(index + 1) is numbered \(step.number)") }
            if step.at < due { faults.append("step \(step.number) is \(due.timeIntervalSince(step.at)) s early") }
            if step.at > due + self.slack { faults.append("step \(step.number) is late") }
            if let answer = seed.answerAt, step.at > answer { faults.append("step \(step.number) is after the answer") }
            let (rung, people) = try self.expected(at: step.at, rungs, asked)
            if rung != step.rung || people != step.people {
                faults.append("step \(step.number) is \(step.rung) \(step.people), and not \(rung) \(people)")
            }
            asked.formUnion(step.people)
            rungs.append(step.rung)
            if step.rung == "in_charge" { last += 1 }
            due = step.at + (step.rung == "in_charge" ? 420 : 600)
        }
        let isOver = last == Self.policy.repeats + 1
        if last > Self.policy.repeats + 1 { faults.append("those in charge are asked \(last) times") }
        if seed.answerAt == nil, !isOver { faults.append("it ended after \(taken.count) steps") }
        if let answer = seed.answerAt, !isOver, due + self.slack < answer {
            faults.append("it stopped before the answer")
        }
        return faults
    }

    private func expected(
        at instant: Date, _ rungs: [String], _ asked: Set<Identifier<Person>>
    ) throws -> (String, Set<Identifier<Person>>) {
        if !rungs.contains("in_charge"), !rungs.contains("on_call") {
            if rungs.count < Self.policy.shiftSteps,
                let person = try self.onShift(instant).first(where: { !asked.contains($0) })
            {
                return ("shift", [person])
            }
            let manager = try self.onCall(instant)
            if !asked.contains(manager) { return ("on_call", [manager]) }
        }
        return ("in_charge", self.inCharge)
    }

    /// To whom a message was said.
    private func said(_ seed: Seed) async throws -> Set<Identifier<Person>> {
        Set(
            try await self.admin.read(
                as: .system("test"),
                "SELECT person_id FROM messages.member WHERE conversation_id = \(seed.conversation.uuid)"
            ).map { Identifier(try $0.read("person_id")) })
    }

    private func steps() async throws -> [Identifier<Message>: [Taken]] {
        let rows = try await self.admin.read(
            as: .system("test"),
            """
            SELECT message_id, number, rung, at, ARRAY(
                SELECT person_id FROM messages.ladder_asked AS asked
                WHERE asked.message_id = step.message_id AND asked.number = step.number) AS people
            FROM messages.ladder_step AS step ORDER BY message_id, number
            """)
        var steps: [Identifier<Message>: [Taken]] = [:]
        for row in rows {
            steps[Identifier(try row.read("message_id")), default: []].append(
                Taken(
                    number: try row.read("number"), rung: try row.read("rung"), at: try row.read("at"),
                    people: Set(try row.read("people", as: [UUID].self).map { Identifier($0) })))
        }
        return steps
    }

    private func counts(_ table: String, _ condition: String) async throws -> [UUID: Int] {
        var counts: [UUID: Int] = [:]
        let rows = try await self.admin.read(
            as: .system("test"),
            SQL("SELECT object_id, count(*) AS n FROM \(unsafeText: table) WHERE \(unsafeText: condition) GROUP BY 1"))
        for row in rows { counts[try row.read("object_id")] = try row.read("n") }
        return counts
    }

    /// Everybody in the conversation and whoever is asked is told of each step once.
    private func faultsOfNotices(_ steps: [Identifier<Message>: [Taken]]) async throws -> [String] {
        var expected: [String: Int] = [:], found: [String: Int] = [:]
        for seed in self.all {
            let members = try await self.said(seed)
            for step in steps[seed.message, default: []] {
                for person in members.union(step.people) { expected["\(person) \(seed.conversation)", default: 0] += 1 }
            }
        }
        let rows = try await self.admin.read(
            as: .system("test"),
            "SELECT person_id, object_id, count(*) AS n FROM web.inbox WHERE kind = 'messages.passed_on' GROUP BY 1, 2")
        for row in rows {
            let person = Identifier<Person>(try row.read("person_id"))
            found["\(person) \(Identifier<Conversation>(try row.read("object_id")))"] = try row.read("n")
        }
        return found == expected ? [] : ["people were told something else than what happened"]
    }
}
