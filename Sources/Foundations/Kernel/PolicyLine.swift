/// What one line of a policy table means for one person.
package struct PolicyLine: Sendable, Hashable {
    package let states: Set<String>
    /// All but ``Relation/place``, which is what the reaches are.
    package let relations: Set<Relation>
    /// How far the person's roles of this line reach; none if the line is not about places.
    package let reaches: Set<Reach>
}

extension Permission {
    /// The lines of the table that are about any role of this person.
    ///
    /// What asks the database for many objects at once is made from these, so that it cannot differ from
    /// ``Principal/decide(_:_:)``, which judges one.
    package static func lines(for principal: Principal) -> [PolicyLine] {
        self.rules.compactMap { rule in
            let grants = principal.grants.filter { rule.roles.contains($0.role) }
            if grants.isEmpty { return nil }
            return PolicyLine(
                states: rule.states, relations: rule.relations.subtracting([.place]),
                reaches: rule.relations.contains(.place) ? Set(grants.map(\.reach)) : [])
        }
    }
}
