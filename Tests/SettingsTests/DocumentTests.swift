import Foundation
import Testing
import WriteCareConnect

@testable import Settings

@Suite struct DocumentTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

    private func file(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    @Test func `docs/configuration.md is what the declarations say`() throws {
        #expect(
            try self.file("docs/configuration.md") == ApplicationSettings.declared.markdown,
            "run `make docs`, or wcc docs configuration > docs/configuration.md")
    }

    @Test func `.env.example is what the declarations say`() throws {
        #expect(
            try self.file(".env.example") == ApplicationSettings.declared.environmentExample,
            "run `make docs`, or wcc docs environment > .env.example")
    }

    @Test func `every setting is in both documents, with a section`() throws {
        let reader = SettingsReader(SettingsSources())
        _ = ApplicationSettings(reader)
        let markdown = try self.file("docs/configuration.md")
        let example = try self.file(".env.example")
        #expect(reader.readings.count > 15)
        for setting in reader.readings.map(\.setting) {
            #expect(markdown.contains("| `\(setting.name)` |"))
            if setting.scope != "wcc" { #expect(example.contains("\(setting.name)=")) }
            #expect(reader.sections.contains { $0.scope == setting.scope }, "\(setting.scope) has no section")
            #expect(!setting.summary.hasSuffix("."))
        }
    }

    @Test func `.env.example copied as it is starts nothing, for its secrets only`() throws {
        let folder = try Folder()
        try folder.write(".env", try self.file(".env.example"))
        let reader = SettingsReader(.load(environment: [:], in: folder.path, secrets: "\(folder.path)/none"))
        _ = ApplicationSettings(reader)
        do {
            try reader.finish()
            Issue.record("the samples were taken")
        } catch {
            let secrets = reader.readings.map(\.setting).filter { $0.isSecret && $0.presence == .required }
            #expect(Set(error.problems.map(\.name)) == Set(secrets.map(\.name)))
        }
    }

    @Test func `.env.example with everything uncommented gives the defaults`() throws {
        let text = try self.file(".env.example").split(separator: "\n").map { line in
            line.hasPrefix("#") && !line.hasPrefix("# ") ? line.dropFirst() : line
        }.joined(separator: "\n")
        let file = EnvironmentFile(text)
        #expect(file.faults.isEmpty)
        let reader = SettingsReader(SettingsSources())
        _ = ApplicationSettings(reader)
        for setting in reader.readings.map(\.setting) where setting.scope != "wcc" {
            guard case .byDefault(let value) = setting.presence else { continue }
            #expect(file.entries[setting.name]?.text == value)
        }
    }

    @Test func `the two listeners may not share a port`() {
        let reader = SettingsReader(SettingsSources(["HTTP_PORT": "9090"]))
        _ = ApplicationSettings(reader)
        #expect(throws: SettingsProblems.self) { try reader.finish(only: ["operations"]) }
    }
}
