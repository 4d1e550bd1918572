import Foundation
import Kernel
import Operations
import TestKit
import Testing
import WriteCareConnect

/// Whether the table that people are shown is the one that decides.
@Suite struct PolicyTableTests {
    private let table = PolicyTable(WriteCareConnect.permissions)

    private func decides<Act: Permission>(_: Act.Type, _ role: Role, _ relation: Relation, _ state: String) -> Bool {
        let home = Identifier<Home>.any()
        let principal = Principal(
            person: .any(), organisation: .any(), grants: [Grant(role, .home(home))])
        let standing = Standing<Act.Object>(
            .any(), relation == .place ? [] : [relation], at: relation == .place ? Place(home: home) : nil,
            state: state)
        return (try? principal.decide(Act.self, standing)) != nil
    }

    private func says(_ name: String, _ role: Role, _ relation: Relation, _ state: String) -> Bool {
        self.table.acts.first { $0.name == name }?.rules.contains { rule in
            rule.roles.contains(role) && rule.relations.contains(relation.rawValue) && rule.states.contains(state)
        } ?? false
    }

    @Test func `what the table says of each role, relation and state is what is decided`() {
        var answers = [true: 0, false: 0]
        for permission in WriteCareConnect.permissions {
            for state in permission.rules.reduce(into: Set(["no such state"]), { $0.formUnion($1.states) }) {
                for role in Role.allCases {
                    for relation in Relation.allCases {
                        let isAllowed = self.decides(permission, role, relation, state)
                        answers[isAllowed, default: 0] += 1
                        if isAllowed != self.says(permission.name, role, relation, state) {
                            Issue.record("\(permission.name): \(role) \(relation) \(state): \(isAllowed)")
                        }
                    }
                }
            }
        }
        for isAllowed in [true, false] { #expect(answers[isAllowed, default: 0] > 1_000) }
    }

    @Test func `every act is in it once`() {
        #expect(Set(self.table.acts.map(\.name)).count == self.table.acts.count)
        #expect(Set(self.table.acts.map(\.name)) == Set(WriteCareConnect.permissions.map { $0.name }))
    }
}
