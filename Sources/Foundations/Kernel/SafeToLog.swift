/// An error that can describe itself without quoting anybody's data.
///
/// Logs show ``logDescription`` of such an error; of every other error they show only its type, because a description
/// may quote what was typed, a row or a name. Hand errors to the logger as errors,
/// `logger.error("job failed", error: error)`, never as text in the metadata.
package protocol SafeToLog: Error {
    /// Codes and names from this program's own source.
    var logDescription: String { get }
}

extension Problem: SafeToLog {
    /// The title is left out, because it may name a room or a person.
    package var logDescription: String {
        guard let cause else { return self.kind.rawValue }
        return "\(self.kind.rawValue), caused by \(String(logging: cause))"
    }
}

extension String {
    /// What may be written down about an error of which nothing is known.
    package init(logging error: any Error) {
        let type = String(reflecting: Swift.type(of: error))
        self =
            switch error {
            case let error as any SafeToLog: "\(type): \(error.logDescription)"
            default: type
            }
    }
}
