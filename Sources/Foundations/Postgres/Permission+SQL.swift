package import Kernel

extension Permission {
    /// The policy table as the `WHERE` of a list, so that a list shows exactly what a decision would allow.
    ///
    /// `state` is the column with the object's state, `place` what makes the object lie within a role's reach, and
    /// `relation` what makes the person stand so to it.
    package static func predicate(
        for principal: Principal, state: SQL, place: (Reach) -> SQL, relation: (Relation) -> SQL
    ) -> SQL {
        var visible: SQL = "false"
        for rule in Self.rules {
            let grants = principal.grants.filter { rule.roles.contains($0.role) }
            if grants.isEmpty { continue }
            var standing: SQL = "false"
            for other in rule.relations.sorted(by: { $0.rawValue < $1.rawValue }) where other != .place {
                standing = "\(fragment: standing) OR \(fragment: relation(other))"
            }
            if rule.relations.contains(.place) {
                for reach in Set(grants.map(\.reach)) {
                    standing = "\(fragment: standing) OR \(fragment: place(reach))"
                }
            }
            visible = """
                \(fragment: visible) OR (\(fragment: state) = ANY (\(rule.states.sorted())) AND (\(fragment: standing)))
                """
        }
        return "(\(fragment: visible))"
    }
}
