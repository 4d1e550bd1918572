package import Settings

/// The second listener, for those who run the product: metrics, and health in detail.
package struct OperationsSettings: Sendable {
    package let isEnabled: Bool
    package let host: String
    package let port: Int

    package init(isEnabled: Bool, host: String, port: Int) {
        self.isEnabled = isEnabled
        self.host = host
        self.port = port
    }

    package init(_ reader: SettingsReader) {
        reader.section("operations", "The listener of metrics and health, for monitoring only")
        self.isEnabled = reader.boolean("operations.enabled", default: true, "Whether there is one")
        self.host = reader.host(
            "operations.host", default: "127.0.0.1",
            "The address that is listened on; never one that is reached from outside")
        self.port = reader.integer("operations.port", default: 9090, in: 1...65_535, "The port that is listened on")
    }
}
