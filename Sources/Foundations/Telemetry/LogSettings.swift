package import Logging
package import Settings

/// What is logged, and where to.
package struct LogSettings: Sendable {
    package enum Destination: String, CaseIterable, Sendable { case stdout, folder }

    package let level: Logger.Level
    package let destination: Destination
    package let folder: String
    package let rotateAt: Int
    package let keep: Duration

    package init(_ reader: SettingsReader) {
        reader.section("logs", "Logs: one JSON object on each line, without personal data")
        self.level = reader.choice(
            "logs.level", default: .info, "From which level on the application logs; audit and security are always on")
        self.destination = reader.choice(
            "logs.destination", default: .stdout,
            "Standard output, or `application.log`, `audit.log` and `security.log` in a folder")
        self.folder = reader.path("logs.folder", default: "logs", "The folder for `LOGS_DESTINATION=folder`")
        self.rotateAt = reader.size(
            "logs.rotate_at", default: 64 << 20, in: 64 << 10...4 << 30,
            "The size at which a log file is put aside and a new one begun")
        self.keep = reader.duration(
            "logs.keep", default: .seconds(30 * 86_400), in: .seconds(86_400) ... .seconds(3_650 * 86_400),
            "For how long files that were put aside are kept")
    }
}
