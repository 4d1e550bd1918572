import Kernel

extension PostgresError: SafeToLog {
    package var logDescription: String {
        guard let constraint else { return "\(self.code)" }
        return "\(self.code) of \(constraint)"
    }
}
