package import Kernel

extension Permission {
    /// The policy table as the `WHERE` of a list, so that a list shows exactly what a decision would allow.
    ///
    /// `state` is the column with the object's state, `place` what makes the object lie within a role's reach, and
    /// `relation` what makes the person stand so to it. `named` is what makes it for named people only, `denied` what
    /// makes it nobody's to know who asks; both hold whatever the lines say.
    package static func predicate(
        for principal: Principal, state: SQL, named: SQL = "false", denied: SQL = "false", place: (Reach) -> SQL,
        relation: (Relation) -> SQL
    ) -> SQL {
        var visible: SQL = "false"
        for line in Self.lines(for: principal) {
            var standing: SQL = "false"
            for other in line.relations.sorted(by: { $0.rawValue < $1.rawValue }) {
                let held = relation(other)
                standing =
                    Relation.named.contains(other)
                    ? "\(fragment: standing) OR \(fragment: held)"
                    : "\(fragment: standing) OR (NOT (\(fragment: named)) AND \(fragment: held))"
            }
            for reach in line.reaches {
                standing = "\(fragment: standing) OR (NOT (\(fragment: named)) AND \(fragment: place(reach)))"
            }
            visible = """
                \(fragment: visible) OR (\(fragment: state) = ANY (\(line.states.sorted())) AND (\(fragment: standing)))
                """
        }
        return "(NOT (\(fragment: denied)) AND (\(fragment: visible)))"
    }
}
