package import Accounts
import Foundation
package import Limits
package import Messages
package import Postgres
package import Redis
package import Sealing
package import Settings
package import Telemetry
package import Web

/// Everything that can be configured.
///
/// A module's settings become part of the program, of `docs/configuration.md` and of `wcc config` by a line here.
package struct ApplicationSettings: Sendable {
    package let http: HTTPSettings
    package let operations: OperationsSettings
    package let database: DatabaseSettings
    package let redis: RedisSettings
    package let limits: LimitsSettings
    package let keys: KeysSettings
    package let logs: LogSettings
    package let messages: MessagesSettings
    package let passwords: PasswordSettings
    package let signIns: SignInTerms

    /// Only to be used once the reader has finished without problems.
    package init(_ reader: SettingsReader) {
        self.http = HTTPSettings(reader)
        self.operations = OperationsSettings(reader)
        self.database = DatabaseSettings(reader)
        self.redis = RedisSettings(reader)
        self.limits = LimitsSettings(reader)
        self.keys = KeysSettings(reader)
        self.logs = LogSettings(reader)
        self.messages = MessagesSettings(reader)
        self.passwords = PasswordSettings(reader, assets: self.http.assets)
        self.signIns = SignInTerms(reader)
        if self.operations.isEnabled, self.operations.port == self.http.port {
            reader.refuse(
                "operations.port", "\(self.operations.port) is the port of pages and API too",
                fix: "set OPERATIONS_PORT to another one, or OPERATIONS_ENABLED=false")
        }
        if self.redis.address != nil, self.limits.key == nil {
            reader.refuse(
                "limits.key", "is missing, and processes that share a Redis must share it",
                fix: "set LIMITS_KEY to what `openssl rand -base64 32` prints, the same for every process")
        }
    }

    /// What pages and API are told of it.
    var web: WebSettings {
        var web = WebSettings()
        web.origin = self.http.origin
        web.otherOrigins = self.http.otherOrigins
        web.trustedProxies = self.http.trustedProxies
        web.open = AccountsModule.open
        return web
    }

    /// Reads everything, or throws every problem there is.
    ///
    /// - Parameters:
    ///   - sources: Where to look.
    ///   - scopes: What a command needs that does not need all of it, such as `["database"]`.
    /// - Returns: Settings that can be relied on, within the scopes.
    /// - Throws: ``SettingsProblems``, for which the process ends with ``SettingsProblems/exitCode``.
    package static func load(
        from sources: SettingsSources = .ofThisProcess(), only scopes: Set<String>? = nil
    ) throws(SettingsProblems) -> Self {
        let reader = SettingsReader(sources)
        let settings = Self(reader)
        try reader.finish(only: scopes)
        return settings
    }

    /// What there is to configure, with the defaults: for the documents.
    package static var declared: SettingsDocument {
        let reader = SettingsReader(SettingsSources())
        _ = Self(reader)
        return SettingsDocument(reader)
    }
}

extension SettingsSources {
    /// What this process was given, and the files beside it.
    ///
    /// - Parameter arguments: What was said on the command line, by the names of the environment.
    /// - Returns: What was found.
    package static func ofThisProcess(arguments: [String: String] = [:]) -> Self {
        .load(environment: ProcessInfo.processInfo.environment, arguments: arguments)
    }
}
