import Foundation
import Kernel
import Testing

@testable import Settings

@Suite struct SettingsSourcesTests {
    let folder: Folder

    init() throws { self.folder = try Folder() }

    /// A port and a secret, from everywhere.
    private func read(
        environment: [String: String] = [:], arguments: [String: String] = [:]
    ) -> (port: Int, secret: String, problems: [SettingsProblems.Problem], reader: SettingsReader) {
        let reader = SettingsReader(
            .load(
                environment: environment, arguments: arguments, in: self.folder.path,
                secrets: "\(self.folder.path)/secrets"))
        let port = reader.integer("http.port", default: 1, in: 1...9_999, "Port")
        let secret = reader.secret(optional: "database.url", "Address", sample: "sample")
        do {
            try reader.finish()
            return (port, secret?.value ?? "", [], reader)
        } catch {
            return (port, secret?.value ?? "", error.problems, reader)
        }
    }

    @Test func `the nearest place decides`() throws {
        #expect(self.read().port == 1)
        try self.folder.write("secrets/http-port", "2\n")
        #expect(self.read().port == 2)
        try self.folder.write("wcc.json", #"{"http": {"port": 3}}"#)
        var environment = ["WCC_CONFIG_FILE": "wcc.json"]
        #expect(self.read(environment: environment).port == 3)
        try self.folder.write(".env", "HTTP_PORT=4")
        #expect(self.read(environment: environment).port == 4)
        environment["HTTP_PORT"] = "5"
        #expect(self.read(environment: environment).port == 5)
        let last = self.read(environment: environment, arguments: ["HTTP_PORT": "6"])
        #expect(last.port == 6)
        #expect(last.problems.isEmpty)
        #expect(
            last.reader.readings.first { $0.setting.name == "HTTP_PORT" }?.origin?.description == "the command line")
    }

    @Test(arguments: ["database-url", "database_url", "DATABASE_URL", "database.url"])
    func `a secret may lie in a file by any form of its name`(name: String) throws {
        try self.folder.write("secrets/\(name)", "host=/run/db dbname=wcc\n")
        #expect(self.read().secret == "host=/run/db dbname=wcc")
    }

    @Test func `a secret may be a symbolic link, as Kubernetes mounts it`() throws {
        try self.folder.write("secrets/..data/database-url", "host=/run/db")
        try FileManager.default.createSymbolicLink(
            atPath: "\(self.folder.path)/secrets/database-url",
            withDestinationPath: "\(self.folder.path)/secrets/..data/database-url")
        let result = self.read()
        #expect(result.secret == "host=/run/db" && result.problems.isEmpty)
    }

    @Test func `two files for one secret are a problem`() throws {
        try self.folder.write("secrets/database-url", "one-of-them")
        try self.folder.write("secrets/DATABASE_URL", "another")
        let problems = self.read().problems
        #expect(problems.map(\.name) == ["DATABASE_URL"])
        #expect(problems.first?.fault == "is given twice, as DATABASE_URL and database-url")
    }

    @Test func `a secret that everybody may read is refused`() throws {
        let path = try self.folder.write("secrets/database-url", "host=/run/db", mode: 0o644)
        let problem = try #require(self.read().problems.first)
        #expect(problem.fix == "run chmod o-rwx \(path)")
        #expect(!problem.description.contains("/run/db"))

        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        #expect(self.read().problems.isEmpty)
    }

    @Test func `a closed folder protects what is in it`() throws {
        try self.folder.write("secrets/database-url", "host=/run/db", mode: 0o644)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o700], ofItemAtPath: "\(self.folder.path)/secrets")
        #expect(self.read().problems.isEmpty)
    }

    @Test func `an open .env is refused only when a secret is in it`() throws {
        try self.folder.write(".env", "HTTP_PORT=4", mode: 0o644)
        #expect(self.read().problems.isEmpty)
        try self.folder.write(".env", "HTTP_PORT=4\nDATABASE_URL=host=/run/db", mode: 0o644)
        #expect(self.read().problems.map(\.name) == ["DATABASE_URL"])
    }

    @Test func `names that look like settings and are none are problems`() throws {
        try self.folder.write(
            ".env",
            """
            HTTP_PROT=4
            DATABASE_POOL=9
            HTTP_PROXY=http://proxy
            COMPOSE_PROJECT_NAME=care
            """)
        try self.folder.write("wcc.json", #"{"http": {"prot": 3, "port": 4}, "colour": "red", "database": 5}"#)
        let problems = self.read(environment: ["WCC_CONFIG_FILE": "wcc.json", "HTTP_PROT": "1"]).problems
        #expect(problems.map(\.name).sorted() == ["DATABASE_POOL", "HTTP_PROT", "colour", "database", "http.prot"])
        #expect(problems.first { $0.name == "HTTP_PROT" }?.fix == "write HTTP_PORT, if that is meant, or remove it")
        #expect(problems.first { $0.name == "HTTP_PROT" }?.origin == ".env, line 1")
    }

    @Test(arguments: [
        (#"{"http": {"port": 3}}"#, 3), (#"{"http": {"port": "3"}}"#, 3), (#"{"http": {"port": null}}"#, 1),
        (#"{"http.port": 3}"#, 3), ("{}", 1),
    ])
    func `JSON gives a number as a number or as text`(json: String, port: Int) throws {
        try self.folder.write("wcc.json", json)
        let result = self.read(environment: ["WCC_CONFIG_FILE": "wcc.json"])
        #expect(result.port == port && result.problems.isEmpty)
    }

    @Test(arguments: [
        #"{"http": {"port": true}}"#, #"{"http": {"port": [3]}}"#, #"{"http": {"port": 3.5}}"#, #"["CANARY"]"#,
        #"{"database": {"url": "CANARY"#, "", "CANARY", "\u{0}",
    ])
    func `JSON that does not fit is a problem that does not quote it`(json: String) throws {
        try self.folder.write("wcc.json", json)
        let problems = self.read(environment: ["WCC_CONFIG_FILE": "wcc.json"]).problems
        #expect(problems.count == 1, "\(problems)")
        #expect(!"\(problems)".contains("CANARY"))
    }

    @Test func `files that are named and not there are problems, together`() {
        let problems = self.read(environment: [
            "WCC_ENV_FILE": "none.env", "WCC_CONFIG_FILE": "none.json", "WCC_SECRETS_DIRECTORY": "none",
        ]).problems
        #expect(problems.count == 3)
    }

    @Test func `a file that is no text or too large is a problem`() throws {
        try self.folder.write(".env", Data([0x41, 0x3D, 0xFF, 0xFE]))
        #expect(self.read().problems.count == 1)
        try self.folder.write(".env", String(repeating: "# padding\n", count: 110_000))
        #expect(self.read().problems.count == 1)
    }

    @Test func `a broken line of .env is a problem with its number`() throws {
        try self.folder.write(".env", "HTTP_PORT=4\nCANARY\n")
        let problems = self.read().problems
        #expect(problems.map(\.name) == [".env, line 2"])
        #expect(!"\(problems)".contains("CANARY"))
    }
}
