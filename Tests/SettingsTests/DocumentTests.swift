import Foundation
import Limits
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

    @Test func `processes that share a Redis share a key`() throws {
        let key = "9YU4WRcV+6OGTZnLxDrZ4pCgfbm7Jt0vUNn5dRh3k6E="
        for (given, scopes) in [
            (["REDIS_URL": "redis://127.0.0.1:6379"], ["limits"]),
            (["REDIS_URL": "redis://:pass@redis.example.org"], ["redis"]),
            (["REDIS_URL": "http://127.0.0.1"], ["redis"]),
            (["LIMITS_KEY": "c2hvcnQ="], ["limits"]),
        ] as [([String: String], Set<String>)] {
            let reader = SettingsReader(SettingsSources(given))
            _ = ApplicationSettings(reader)
            #expect(throws: SettingsProblems.self, "\(given)") { try reader.finish(only: scopes) }
        }
        let reader = SettingsReader(SettingsSources(["REDIS_URL": "redis://:word@127.0.0.1:6379", "LIMITS_KEY": key]))
        let settings = ApplicationSettings(reader)
        try reader.finish(only: ["redis", "limits"])
        #expect(settings.redis.address != nil && settings.limits.key?.value.count == 32)
    }

    @Test(arguments: ["600", "0/1m", "-1/1m", "x/1m", "600/", "600/0s", "600/25h", "600/1m/1m", "99999999999/1m", "/"])
    func `a limit is a number and a length of time`(_ text: String) throws {
        let reader = SettingsReader(SettingsSources(["LIMITS_READ": text]))
        _ = ApplicationSettings(reader)
        #expect(throws: SettingsProblems.self) { try reader.finish(only: ["limits"]) }
    }

    @Test func `a limit that is set is the one that holds`() throws {
        let reader = SettingsReader(SettingsSources(["LIMITS_READ": "30/1h"]))
        let settings = ApplicationSettings(reader)
        try reader.finish(only: ["limits"])
        #expect(settings.limits.rates[.read] == Rate(30, per: .seconds(3_600)))
        #expect(settings.limits.rates[.export] == Rate(2, per: .seconds(3_600)))
    }

    @Test func `the two listeners may not share a port`() {
        let reader = SettingsReader(SettingsSources(["HTTP_PORT": "9090"]))
        _ = ApplicationSettings(reader)
        #expect(throws: SettingsProblems.self) { try reader.finish(only: ["operations"]) }
    }
}
