import FoundationEssentials
import Kernel

/// Reads settings, and remembers what was asked and what was wrong.
///
/// A module's settings are a struct made from a reader; each read is the declaration of one setting:
///
///     package struct HTTPSettings: Sendable {
///         package let port: Int
///         package init(_ reader: SettingsReader) {
///             self.port = reader.integer("http.port", default: 8080, in: 1...65535, "The port of pages and API")
///         }
///     }
///
/// Reads never throw: what is missing or wrong is replaced and noted, and ``finish(only:)`` throws all of it together.
/// So nothing made from a reader may be used before that.
package final class SettingsReader {
    package private(set) var readings: [Reading] = []
    package private(set) var sections: [(scope: String, title: String)] = []
    private let sources: SettingsSources
    private var problems: [SettingsProblems.Problem] = []

    package init(_ sources: SettingsSources) {
        self.sources = sources
        SettingsSources.declare(on: self)
    }

    /// Names a scope in the documents, above its settings.
    package func section(_ scope: String, _ title: String) { self.sections.append((scope, title)) }

    /// Notes what only shows when several settings are looked at together.
    package func refuse(_ key: String, _ fault: String, fix: String) {
        let reading = self.readings.first { $0.setting.key == key }
        self.problems.append(
            .init(
                name: Setting.name(of: key), origin: reading?.origin?.description, fault: fault, fix: fix,
                scope: String(key.prefix { $0 != "." })))
    }

    /// Throws what is wrong, if anything is.
    ///
    /// - Parameter scopes: What this command needs, for one that needs little; everything unless it says otherwise.
    /// - Throws: All problems together.
    package func finish(only scopes: Set<String>? = nil) throws(SettingsProblems) {
        var problems = self.sources.problems + self.problems + self.unknownNames()
        if let scopes { problems.removeAll { $0.scope.map { !scopes.contains($0) } ?? false } }
        if !problems.isEmpty { throw SettingsProblems(problems: problems) }
    }

    // MARK: One read

    /// Looks the setting up, checks it and notes it.
    ///
    /// - Parameters:
    ///   - setting: The declaration.
    ///   - fallback: What a module gets when nothing was given, or nothing good.
    ///   - parse: Makes a value, or says why it cannot.
    /// - Returns: The value, or the fallback.
    func read<Value>(
        _ setting: Setting, otherwise fallback: Value, _ parse: (String) throws(Unfit) -> Value
    ) -> Value {
        if self.readings.contains(where: { $0.setting.name == setting.name }) {
            self.refuse(setting.key, "is declared twice", fix: "give one of the two another name in the source")
        }
        guard let (origin, given) = self.find(setting) else {
            self.note(setting, nil, nil)
            if setting.presence == .required { self.noteMissing(setting) }
            return fallback
        }
        self.note(setting, try? given.get(), origin)
        do {
            let text = try given.get()
            if setting.isSecret { try SecretFile.check(origin) }
            return try parse(text)
        } catch {
            self.note(setting, error, origin)
            return fallback
        }
    }

    private func find(_ setting: Setting) -> (Origin, Result<String, Unfit>)? {
        for source in self.sources.sources {
            if let found = source.find(setting.name) { return found }
        }
        return nil
    }

    private func note(_ setting: Setting, _ text: String?, _ origin: Origin?) {
        var text = text
        if text == nil, case .byDefault(let value) = setting.presence { text = value }
        self.readings.append(Reading(setting: setting, text: text.map { Redacted($0) }, origin: origin))
    }

    private func note(_ setting: Setting, _ unfit: Unfit, _ origin: Origin) {
        var fix = unfit.fix ?? "set \(setting.name) to \(setting.rule)"
        if unfit.fix == nil, !setting.isSecret, let example = setting.example { fix += ", for example \(example)" }
        if case .byDefault(let value) = setting.presence, unfit.fix == nil {
            fix += value.isEmpty ? ", or leave it out" : ", or leave it out for the default, \(value)"
        }
        self.problems.append(
            .init(
                name: setting.name, origin: origin.description, fault: unfit.fault, fix: fix, scope: setting.scope))
    }

    private func noteMissing(_ setting: Setting) {
        var fix = "set \(setting.name), in the environment or as \(setting.fileName) in the folder of secrets"
        if !setting.isSecret { fix = "set \(setting.name)" }
        let names = self.sources.sources.flatMap { source in source.entries.map { ($0.shown, source.place) } }
        let near = names.filter { Spelling.isNear(Setting.name(of: $0.0), setting.name) }.min { $0.0 < $1.0 }
        if let (name, place) = near { fix += "; did you mean it by \(name) in \(place)?" }
        self.problems.append(
            .init(
                name: setting.name, origin: nil, fault: "is missing; it must be \(setting.rule)",
                fix: fix.hasSuffix("?") ? String(fix.dropLast()) : fix, scope: setting.scope))
    }

    // MARK: Names that nobody reads

    /// A misspelt name would otherwise be a setting silently left at its default.
    private func unknownNames() -> [SettingsProblems.Problem] {
        let known = Set(self.readings.map(\.setting.name))
        let scopes = Set(self.readings.map { $0.setting.scope.uppercased() + "_" })
        return self.sources.sources.filter(\.isOurs).flatMap { source in
            source.entries.sorted { $0.shown < $1.shown }.compactMap { entry -> SettingsProblems.Problem? in
                guard !known.contains(entry.name), !Self.proxies.contains(entry.name) else { return nil }
                let near = Spelling.nearest(to: entry.name, among: known)
                let isMeantForUs = source.isExclusive || scopes.contains { entry.name.hasPrefix($0) }
                guard isMeantForUs || near != nil else { return nil }
                return .init(
                    name: entry.shown, origin: entry.origin.description, fault: "is not a setting",
                    fix: near.map { "write \($0), if that is meant, or remove it" }
                        ?? "remove it, or look up its name in docs/configuration.md", scope: nil)
            }
        }
    }

    /// Known to half the world's programs, and not to this one.
    private static let proxies: Set = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"]
}
