import Kernel

extension PostgresError: SafeToLog {
    package var logDescription: String {
        let constraint = self.constraint.map { " of \($0)" } ?? ""
        let summary = self.summary.map { ": \($0)" } ?? ""
        return "\(self.code)\(constraint)\(summary)"
    }
}
