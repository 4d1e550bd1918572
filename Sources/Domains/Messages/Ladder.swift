package import FoundationEssentials
import Kernel
package import People
package import Web

/// How an urgent message that nobody answers is passed on in one home.
package struct LadderPolicy: Described, Equatable {
    /// How long everybody who is asked has.
    package var stepMinutes: Int
    /// How many people on shift are asked, one after the other.
    package var shiftSteps: Int
    /// How long those who answer for the home have before they are asked again.
    package var repeatMinutes: Int
    /// How often they are asked again.
    package var repeats: Int

    package init(stepMinutes: Int, shiftSteps: Int, repeatMinutes: Int, repeats: Int) {
        self.stepMinutes = stepMinutes
        self.shiftSteps = shiftSteps
        self.repeatMinutes = repeatMinutes
        self.repeats = repeats
    }

    /// Of a home in which nobody has said otherwise.
    package static let standard = LadderPolicy(stepMinutes: 10, shiftSteps: 2, repeatMinutes: 10, repeats: 6)

    static let ranges = (step: 1...120, shift: 0...5, again: 1...240, repeats: 0...48)

    package static let schema = Schema.object([
        .required("step_minutes", .integer(ranges.step)), .required("shift_steps", .integer(ranges.shift)),
        .required("repeat_minutes", .integer(ranges.again)), .required("repeats", .integer(ranges.repeats)),
    ])

    func validated() throws(MessagesError) -> LadderPolicy {
        for (name, number, range) in [
            ("step_minutes", self.stepMinutes, Self.ranges.step), ("shift_steps", self.shiftSteps, Self.ranges.shift),
            ("repeat_minutes", self.repeatMinutes, Self.ranges.again), ("repeats", self.repeats, Self.ranges.repeats),
        ] where !range.contains(number) { throw .wrongNumber("/\(name)", range) }
        return self
    }
}

/// One time that a message was passed on, and to whom.
package struct LadderStep: Described, Equatable {
    package enum Rung: String, Codable, Sendable, CaseIterable {
        /// The next person on shift.
        case shift
        case onCall = "on_call"
        /// All who answer for the home.
        case inCharge = "in_charge"
        /// Nobody answers for the home, so those to whom it was said are told again.
        case members
    }

    /// Counted from 1.
    package let number: Int
    package let rung: Rung
    package let people: [PersonSummary]
    package let at: Date

    package static let schema = Schema.object([
        .required("number", .integer), .required("rung", .oneOf(Rung.self)),
        .required("people", .array(PersonSummary.schema)), .required("at", .time),
    ])
}

/// What became of an urgent message that waits for an answer.
package struct Ladder: Described, Equatable {
    package let steps: [LadderStep]
    package let isAnswered: Bool

    package static let schema = Schema.object([
        .required("steps", .array(LadderStep.schema)), .required("is_answered", .boolean),
    ])
}

/// Who is next: one rule, without a database, so that every way through it can be tried.
struct LadderPlan: Sendable {
    struct Next: Sendable, Equatable {
        let rung: LadderStep.Rung
        let people: Set<Identifier<Person>>
        /// How many minutes they have before it goes on; `nil` if it does not.
        let minutes: Int?
    }

    let policy: LadderPolicy
    /// The rungs it has been on, in order.
    let taken: [LadderStep.Rung]
    /// Who has been asked already, and who said it.
    let asked: Set<Identifier<Person>>

    /// - Parameters:
    ///   - onDuty: Who is on shift, in the order in which they are asked.
    ///   - onCall: The managers on call.
    ///   - atLast: Who answers for the home; without anybody, those to whom it was said.
    /// - Returns: Who is asked now; `nil` if everybody has been, as often as the policy says.
    func next(
        onDuty: [Identifier<Person>], onCall: [Identifier<Person>],
        atLast: (rung: LadderStep.Rung, people: Set<Identifier<Person>>)
    ) -> Next? {
        let last = self.taken.filter { $0 == .inCharge || $0 == .members }.count
        if last == 0, !self.taken.contains(.onCall) {
            if self.taken.count < self.policy.shiftSteps,
                let person = onDuty.first(where: { !self.asked.contains($0) })
            {
                return Next(rung: .shift, people: [person], minutes: self.policy.stepMinutes)
            }
            if let manager = onCall.first(where: { !self.asked.contains($0) }) {
                return Next(rung: .onCall, people: [manager], minutes: self.policy.stepMinutes)
            }
        }
        guard last <= self.policy.repeats else { return nil }
        return Next(
            rung: atLast.rung, people: atLast.people,
            minutes: last == self.policy.repeats ? nil : self.policy.repeatMinutes)
    }
}

extension Message {
    /// Whether it waits for somebody's answer: they were asked, or it was passed on to them and nobody has answered.
    func waits(for person: Identifier<Person>) -> Bool {
        if self.acknowledgements.contains(where: { $0.person.id == person }) {
            return self.acknowledgements.contains { $0.person.id == person && $0.at == nil }
        }
        return self.removed == nil && !self.isAcknowledged
            && self.ladder?.contains { $0.people.contains { $0.id == person } } == true
    }
}
