/// The modules whose messages are known to be static, because a test reads them.
///
/// A module that is missing here is treated as a library. A test compares the list with the folders of `Sources`.
package enum OwnModules {
    package static let names: Set<Substring> = [
        "Accounts", "Announcements", "Audit", "Demonstration", "Development", "Images", "Jobs", "Kernel",
        "Limits", "Messages", "Operations", "People", "Postgres", "Redis", "Rotas", "Sealing", "Settings", "Telemetry",
        "Web", "WriteCareConnect", "wcc",
    ]

    /// - Parameter file: A `#fileID`, such as `Jobs/JobWorker.swift`.
    /// - Returns: Whether the module is one of ours.
    static func contains(fileID file: String) -> Bool {
        guard let slash = file.utf8.firstIndex(of: UInt8(ascii: "/")) else { return false }
        return self.names.contains(file[..<slash])
    }
}
