import Kernel
import Testing

@testable import Messages

/// Every way up, without a database.
struct LadderPlanTests {
    @Test func `every way up asks nobody twice before the top, and ends there after as many repeats as it should`() {
        let people = (0..<6).map { _ in Identifier<Person>.any() }
        let author = Identifier<Person>.any(), boss = Identifier<Person>.any()
        for shiftSteps in 0...3 {
            for repeats in 0...2 {
                for onDuty in 0...4 {
                    for onCall in 0...1 {
                        let policy = LadderPolicy(
                            stepMinutes: 10, shiftSteps: shiftSteps, repeatMinutes: 7, repeats: repeats)
                        var asked: Set = [author], taken: [LadderStep.Rung] = []
                        while taken.count < 20 {
                            let plan = LadderPlan(policy: policy, taken: taken, asked: asked)
                            let next = plan.next(
                                onDuty: [author] + people.prefix(onDuty), onCall: [author] + people.suffix(onCall),
                                atLast: (.inCharge, [boss]))
                            guard let next else { break }
                            if next.rung != .inCharge { #expect(asked.isDisjoint(with: next.people)) }
                            #expect(
                                (next.minutes == nil)
                                    == (next.rung == .inCharge && taken.filter { $0 == .inCharge }.count == repeats))
                            #expect(next.minutes == nil || next.minutes == (next.rung == .inCharge ? 7 : 10))
                            asked.formUnion(next.people)
                            taken.append(next.rung)
                        }
                        let expected =
                            Array(repeating: LadderStep.Rung.shift, count: min(shiftSteps, onDuty))
                            + Array(repeating: .onCall, count: onCall)
                            + Array(repeating: .inCharge, count: repeats + 1)
                        #expect(taken == expected)
                    }
                }
            }
        }
    }

    @Test func `what happens is said in plain sentences`() {
        #expect(
            LadderPolicy.standard.sentences.first
                == "After ten minutes it goes to the next person on shift, and so on every ten minutes, to two people at most."
        )
        let alone = LadderPolicy(stepMinutes: 1, shiftSteps: 0, repeatMinutes: 5, repeats: 0)
        #expect(
            alone.sentences.prefix(2) == [
                "After one minute it goes to the manager on call.", "Then it goes to those who answer for the home.",
            ])
    }
}
