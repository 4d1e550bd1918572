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
        for line in Self.lines(for: principal) {
            var standing: SQL = "false"
            for other in line.relations.sorted(by: { $0.rawValue < $1.rawValue }) {
                standing = "\(fragment: standing) OR \(fragment: relation(other))"
            }
            for reach in line.reaches { standing = "\(fragment: standing) OR \(fragment: place(reach))" }
            visible = """
                \(fragment: visible) OR (\(fragment: state) = ANY (\(line.states.sorted())) AND (\(fragment: standing)))
                """
        }
        return "(\(fragment: visible))"
    }
}
