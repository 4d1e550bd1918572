import Foundation
import Testing

/// The program itself, as somebody who installs it meets it.
@Suite struct CommandTests {
    private struct Outcome {
        let code: Int32
        let output: String
        let errors: String
    }

    private func wcc(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Outcome {
        let folder = try Folder()
        let process = Process()
        let output = Pipe()
        let errors = Pipe()
        process.executableURL = Bundle.main.bundleURL.appending(path: "wcc")
        if let path = process.executableURL?.path, !FileManager.default.isExecutableFile(atPath: path) {
            process.executableURL = URL(filePath: #filePath).appending(path: "../../../.build/debug/wcc").standardized
        }
        process.arguments = arguments
        process.environment = environment.merging(["PATH": "/usr/bin:/bin"]) { given, _ in given }
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let (out, err) = (
            try output.fileHandleForReading.readToEnd() ?? Data(), try errors.fileHandleForReading.readToEnd() ?? Data()
        )
        process.waitUntilExit()
        return Outcome(
            code: process.terminationStatus, output: String(decoding: out, as: UTF8.self),
            errors: String(decoding: err, as: UTF8.self))
    }

    private static let good = [
        "DATABASE_URL": "host=/run/CANARY dbname=wcc user=wcc_app",
        "KEYS_ACTIVE": "9YU4WRcV+6OGTZnLxDrZ4pCgfbm7Jt0vUNn5dRh3k6E=",
    ]

    @Test func `config check says that all is well`() throws {
        let outcome = try self.wcc(["config", "check"], Self.good)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output == "The configuration is complete.\n")
    }

    @Test func `config check ends with 78 and every problem`() throws {
        let outcome = try self.wcc(
            ["config", "check"],
            [
                "DATABASE_URL": "host=db.example.org password=CANARY", "WEB_ORIGIN": "somewhere", "HTTP_PORT": "http",
                "LOGS_LEVEL": "loud",
            ])
        #expect(outcome.code == 78)
        for name in ["DATABASE_URL", "WEB_ORIGIN", "HTTP_PORT", "LOGS_LEVEL"] {
            #expect(outcome.errors.contains(name))
        }
        #expect(!(outcome.errors + outcome.output).contains("CANARY"))
    }

    @Test func `config show shows values and where they are from, and no secret`() throws {
        let outcome = try self.wcc(["config", "show"], Self.good.merging(["HTTP_PORT": "8123"]) { $1 })
        #expect(outcome.code == 0, "\(outcome.errors)")
        let line = outcome.output.split(separator: "\n").first { $0.hasPrefix("HTTP_PORT") }
        #expect(line?.contains("8123") == true && line?.hasSuffix("the environment") == true)
        #expect(outcome.output.contains("DATABASE_URL"))
        #expect(!outcome.output.contains("CANARY"))
    }
}
