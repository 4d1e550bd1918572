import Kernel

/// Why a health check fails, in words that may be shown and logged.
package struct Unhealthy: SafeToLog {
    package let logDescription: String

    /// - Parameter reason: Words of this program, such as `the schema is older than this release`.
    package init(_ reason: String) { self.logDescription = reason }
}
