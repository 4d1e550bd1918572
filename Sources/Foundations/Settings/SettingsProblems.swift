/// Everything that is wrong with the configuration, at once.
///
/// Reported together, because whoever installs the product should not have to start it once for every mistake. The
/// process ends with ``exitCode``.
package struct SettingsProblems: Error, Sendable, CustomStringConvertible {
    /// `EX_CONFIG` of sysexits.h.
    package static let exitCode: Int32 = 78

    /// One thing that is wrong, without the value of a secret.
    package struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// The setting's name in the environment, or the file that could not be read.
        package let name: String
        package let origin: String?
        package let fault: String
        package let fix: String
        let scope: String?

        package var description: String {
            let place = self.origin.map { " (\($0))" } ?? ""
            return "\(self.name)\(place): \(self.fault).\n    Fix: \(self.fix)."
        }
    }

    package let problems: [Problem]

    package var description: String {
        let count = self.problems.count == 1 ? "1 problem" : "\(self.problems.count) problems"
        return "The configuration has \(count).\n\n"
            + self.problems.map { "  \($0)\n" }.joined(separator: "\n")
    }
}

/// Why a text is not a value.
struct Unfit: Error {
    /// To follow the value or the name: `is not a whole number`.
    let fault: String
    var fix: String?

    init(_ fault: String, fix: String? = nil) {
        self.fault = fault
        self.fix = fix
    }
}

extension String {
    /// A value from outside, short and on one line.
    var quoted: String {
        let escaped = self.unicodeScalars.prefix(60).map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: "?"
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\(self.unicodeScalars.count > 60 ? "…" : "")\""
    }
}
