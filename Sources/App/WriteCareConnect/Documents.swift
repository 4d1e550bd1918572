import Crypto
import Foundation
import Logging
import Settings
import Telemetry

extension WriteCareConnect {
    /// What is running.
    package static let version = "0.1"

    /// The OpenAPI description, made from the declared routes; it connects to nothing.
    package static func apiDocument() async throws -> String {
        let settings = try ApplicationSettings.load(
            from: .ofThisProcess(arguments: [
                // It seals nothing: there is nobody to ask.
                "DATABASE_URL": "host=/nowhere dbname=wcc",
                "KEYS_ACTIVE": SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() },
            ]))
        let quiet = Logger(label: "wcc.docs") { _ in SwiftLogNoOpLogHandler() }
        return try await WriteCareConnect(settings, health: HealthRegistry(), logger: quiet).document
    }
}
