import Foundation
import Kernel
import Settings
import TestKit
import Testing

@testable import Sealing

@Suite struct KeysSettingsTests {
    private func problems(_ settings: [String: String]) -> [SettingsProblems.Problem] {
        let reader = SettingsReader(
            .load(
                environment: [:], arguments: settings, in: FileManager.default.temporaryDirectory.path,
                secrets: "/nonexistent"))
        _ = KeysSettings(reader)
        do {
            try reader.finish()
            return []
        } catch {
            return error.problems
        }
    }

    @Test func `random keys will do, one or several`() {
        #expect(self.problems(["KEYS_ACTIVE": TestKeys.make()]).isEmpty)
        #expect(
            self.problems([
                "KEYS_ACTIVE": TestKeys.make(), "KEYS_OLDER": "\(TestKeys.make()), \(TestKeys.make())",
            ]).isEmpty)
    }

    private static func repeated(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    static let bad: [String] = [
        "", " ", "changeme", "secret", "your-secret-key-that-is-long-enough-to-look-real", "not base64 at all!",
        "c2hvcnQ=", repeated(Array(repeating: 0, count: 32)), repeated(Array(repeating: 0xFF, count: 32)),
        repeated(Array(0..<32)), repeated(Array((0..<32).reversed())), repeated((0..<32).map { $0 * 7 }),
        repeated(Array("0123456789abcdef0123456789abcdef".utf8)),
        repeated(Array("correct horse battery staples!!!".utf8)),
        repeated((0..<32).map { $0 % 4 }), repeated((0..<31).map { $0 &* 37 ^ 0xA5 }),
        "YD3rEBXKcb4rc67whX13gR81LAc7YQjXLZgQowkU3/Q=", "/v/pkoZlcxxtao+UZzCDCP7/6ZKGZXMcbWqPlGcwgwg=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ]

    @Test(arguments: bad) func `a key that is missing, short or known is refused by its name`(
        _ key: String
    ) throws {
        for (name, settings) in [
            ("KEYS_ACTIVE", ["KEYS_ACTIVE": key]),
            ("KEYS_OLDER", ["KEYS_ACTIVE": TestKeys.make(), "KEYS_OLDER": key]),
        ] {
            let problems = self.problems(settings)
            if name == "KEYS_OLDER", key.allSatisfy(\.isWhitespace) { continue }
            #expect(problems.map(\.name) == [name])
            let said = problems.map { "\($0.fault) \($0.fix)" }.joined()
            if key.count > 8 { #expect(!said.contains(key)) }
        }
    }

    @Test func `without a key it does not start, and says how to make one`() {
        let problems = self.problems([:])
        #expect(problems.map(\.name) == ["KEYS_ACTIVE"])
        #expect(problems.first?.fault.contains("openssl rand -base64 32") == true)
    }
}
