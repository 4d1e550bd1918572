import Configuration
import Foundation

/// Where settings come from, in the order in which they are asked: the command line, the environment, `.env`, a JSON
/// file, a folder with one secret in each file.
///
/// A file that is missing or broken is a problem to be reported with the others, so nothing here throws. Files are read
/// here and looked up through swift-configuration's providers: the library's own readers skip lines they do not
/// understand, and files that are symbolic links, which is how Kubernetes mounts secrets.
package struct SettingsSources: Sendable {
    private(set) var sources: [SettingsSource] = []
    private(set) var problems: [SettingsProblems.Problem] = []

    /// - Parameters:
    ///   - environment: The process's environment; it also says where the files are.
    ///   - arguments: What was said on the command line, by the names of the environment.
    ///   - folder: Where relative paths begin, and where `.env` is looked for.
    ///   - secrets: Where secrets are looked for unless the environment says otherwise.
    /// - Returns: What was found, with what could not be read.
    package static func load(
        environment: [String: String], arguments: [String: String] = [:], in folder: String = ".",
        secrets: String = "/run/secrets"
    ) -> Self {
        var result = Self()
        result.add(arguments, from: "the command line")
        result.add(environment, from: "the environment")
        let path = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        result.addEnvironmentFile(path("WCC_ENV_FILE"), in: folder)
        if let file = path("WCC_CONFIG_FILE") { result.addJSON(Self.resolve(file, in: folder)) }
        result.addSecrets(path("WCC_SECRETS_DIRECTORY").map { Self.resolve($0, in: folder) }, otherwise: secrets)
        return result
    }

    /// Values by their names in the environment, and no files: for tests, and for documents.
    package init(_ values: [String: String] = [:]) { self.add(values, from: "the environment") }

    /// The three that say where the others are.
    ///
    /// They are read before everything else, so they have no other home.
    static func declare(on reader: SettingsReader) {
        reader.section("wcc", "Where settings are read; only the environment itself is asked for these")
        _ = reader.path(
            "wcc.env_file", default: ".env", "The file with `NAME=value` lines; it may be missing if this is not set")
        _ = reader.path(optional: "wcc.config_file", "A JSON file with settings", example: "/etc/wcc/wcc.json")
        _ = reader.path(
            "wcc.secrets_directory", default: "/run/secrets",
            "A folder with one setting in each file, named like `database-url`; it may be missing if this is not set")
    }

    private mutating func add(_ values: [String: String], from place: String) {
        self.sources.append(
            SettingsSource(
                place: place, isOurs: false,
                entries: values.map { .init(name: $0, shown: $0, origin: Origin(place), value: .success($1)) }))
    }

    private mutating func addEnvironmentFile(_ given: String?, in folder: String) {
        let path = Self.resolve(given ?? ".env", in: folder)
        guard given != nil || FileManager.default.fileExists(atPath: path) else { return }
        guard let data = self.contents(path), let text = self.text(data, path) else { return }
        let file = EnvironmentFile(text)
        let shown = given ?? ".env"
        self.problems += file.faults.map {
            .init(
                name: "\(shown), line \($0.line)", origin: nil, fault: "the line \($0.fault)", fix: $0.fix, scope: nil)
        }
        self.sources.append(
            SettingsSource(
                place: shown, isOurs: true,
                entries: file.entries.map {
                    .init(
                        name: $0, shown: $0, origin: Origin("\(shown), line \($1.line)", path: path),
                        value: .success($1.text))
                }))
    }

    private mutating func addJSON(_ path: String) {
        guard let data = self.contents(path) else { return }
        do {
            let entries = try JSONSettings(data).entries.map { entry in
                SettingsSource.Entry(
                    name: Setting.name(of: entry.key), shown: entry.key, origin: Origin(path, path: path),
                    value: entry.value)
            }
            self.sources.append(SettingsSource(place: path, isOurs: true, isExclusive: true, entries: entries))
        } catch {
            // A decoding error quotes the file, which may hold a secret.
            self.problem(path, "the file is not a JSON object", #"write {"http": {"port": 8080}} and check the commas"#)
        }
    }

    private mutating func addSecrets(_ given: String?, otherwise usual: String) {
        let folder = given ?? usual
        guard given != nil || FileManager.default.fileExists(atPath: folder) else { return }
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }
            var entries: [SettingsSource.Entry] = []
            for name in names.sorted() {
                let path = "\(folder)/\(name)"
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
                else { continue }
                entries.append(
                    .init(
                        name: Setting.name(of: name), shown: name, origin: Origin(path, path: path),
                        value: Self.secret(path)))
            }
            self.sources.append(SettingsSource(place: folder, isOurs: false, entries: entries))
        } catch {
            self.problem(
                folder, "the folder cannot be read", "let this process read it, or unset WCC_SECRETS_DIRECTORY")
        }
    }

    /// Not a problem until a setting asks for it: the folder may hold what is for others.
    private static func secret(_ path: String) -> Result<String, Unfit> {
        guard let data = FileManager.default.contents(atPath: path) else {
            return .failure(Unfit("cannot be read", fix: "let this process read the file"))
        }
        guard data.count <= 65_536, let text = String(validating: data, as: UTF8.self) else {
            return .failure(Unfit("is not a text of at most 64 KiB", fix: "write the value itself into the file"))
        }
        return .success(String(text.trimmed))
    }

    private mutating func contents(_ path: String) -> Data? {
        guard let data = FileManager.default.contents(atPath: path) else {
            self.problem(path, "the file is missing or cannot be read", "create it, or let this process read it")
            return nil
        }
        guard data.count <= 1_048_576 else {
            self.problem(path, "the file is larger than 1 MiB", "keep only settings in it")
            return nil
        }
        return data
    }

    private mutating func text(_ data: Data, _ path: String) -> String? {
        guard let text = String(validating: data, as: UTF8.self) else {
            self.problem(path, "the file is not UTF-8 text", "save it as UTF-8")
            return nil
        }
        return text
    }

    private mutating func problem(_ name: String, _ fault: String, _ fix: String) {
        self.problems.append(.init(name: name, origin: nil, fault: fault, fix: fix, scope: nil))
    }

    private static func resolve(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") || folder == "." ? path : "\(folder)/\(path)"
    }
}

/// One of the places, read once.
struct SettingsSource: Sendable {
    struct Entry: Sendable {
        /// As in the environment.
        let name: String
        /// As it is written there.
        let shown: String
        let origin: Origin
        let value: Result<String, Unfit>
    }

    let place: String
    /// Whether it was written for this program, so that an unknown name in it is likely to be a mistake.
    let isOurs: Bool
    /// Whether it was written for nothing else, so that an unknown name in it is one for certain.
    let isExclusive: Bool
    let entries: [Entry]
    private let provider: EnvironmentVariablesProvider
    private let byName: [String: [Entry]]

    init(place: String, isOurs: Bool, isExclusive: Bool = false, entries: [Entry]) {
        self.place = place
        self.isOurs = isOurs
        self.isExclusive = isExclusive
        self.entries = entries
        self.byName = Dictionary(grouping: entries, by: \.name)
        self.provider = EnvironmentVariablesProvider(
            environmentVariables: Dictionary(
                entries.compactMap { entry in (try? entry.value.get()).map { (entry.name, $0) } },
                uniquingKeysWith: { first, _ in first }),
            secretsSpecifier: .all)
    }

    /// What is given for a name, if anything is: an empty value is none.
    func find(_ name: String) -> (origin: Origin, value: Result<String, Unfit>)? {
        guard let entries = self.byName[name], let entry = entries.first else { return nil }
        if entries.count > 1 {
            let names = entries.map(\.shown).joined(separator: " and ")
            return (entry.origin, .failure(Unfit("is given twice, as \(names)", fix: "keep one of them")))
        }
        if case .failure(let unfit) = entry.value { return (entry.origin, .failure(unfit)) }
        let found = try? self.provider.value(forKey: AbsoluteConfigKey([name]), type: .string).value?.content
        guard case .string(let text) = found, !text.trimmed.isEmpty else { return nil }
        return (entry.origin, .success(text))
    }
}
