import Foundation
import Testing

@testable import Telemetry

/// What the logs promise, checked in the source.
@Suite struct LogRulesTests {
    private static let sources = URL(filePath: #filePath).appending(path: "../../../Sources").standardized

    private static func files() throws -> [(path: String, text: String)] {
        let names = FileManager.default.enumerator(atPath: Self.sources.path)?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".swift") }.map { name in
            (name, try String(contentsOf: Self.sources.appending(path: name), encoding: .utf8))
        }
    }

    /// A call of a logger up to its closing parenthesis.
    private static func calls(in text: String) -> [Substring] {
        let start = /[lL]ogger(?:\.current)?\.(trace|debug|info|notice|warning|error|critical|log)\(/
        return text.matches(of: start).map { match in
            var depth = 1
            var end = match.range.upperBound
            while end < text.endIndex, depth > 0 {
                if text[end] == "(" { depth += 1 }
                if text[end] == ")" { depth -= 1 }
                end = text.index(after: end)
            }
            return text[match.range.lowerBound..<end]
        }
    }

    /// The first string of a call, and whether something is interpolated into it.
    private static func isStatic(_ call: Substring) -> Bool {
        guard let message = call.firstMatch(of: /"(?:[^"\\]|\\.)*"/) else { return false }
        return !message.output.contains("\\(")
    }

    @Test func `the rules see what they forbid`() {
        let bad = Self.calls(in: #"self.logger.error("no bed for \(name)", metadata: ["x": "y"])"#)
        #expect(bad.count == 1 && !Self.isStatic(bad[0]))
        let good = Self.calls(in: #"context.logger.log(level: .info, "answered", metadata: ["status": "\(f(1))"])"#)
        #expect(good.count == 1 && Self.isStatic(good[0]))
        #expect(good[0].hasSuffix("])"))
    }

    @Test func `every message is static`() throws {
        let files = try Self.files()
        var count = 0
        for (path, text) in files {
            for call in Self.calls(in: text) {
                count += 1
                let isStatic = Self.isStatic(call)
                #expect(isStatic, "\(path): \(call)")
            }
        }
        #expect(count >= 5)
    }

    @Test func `every key that is logged is on the list`() throws {
        let known = Set(LogKey.all.map(\.name))
        var count = 0
        for (path, text) in try Self.files() {
            let literals = text.matches(of: /(?s)(?:metadata: |Logger\.Metadata = |mergingMetadata: )\[(.*?)\]/)
            for literal in literals {
                for key in literal.output.1.matches(of: /(?:^|[,\s\[])"([A-Za-z0-9_.]+)"\s*:\s/) {
                    count += 1
                    let isKnown = known.contains(String(key.output.1))
                    #expect(isKnown, "\(path) logs \(key.output.1): add it to LogKey")
                }
            }
            for key in text.matches(of: /metadata(?:Key: |\[)"([A-Za-z0-9_.]+)"\]/) {
                let isKnown = known.contains(String(key.output.1))
                #expect(isKnown, "\(path) logs \(key.output.1): add it to LogKey")
            }
        }
        #expect(count >= 5)
    }

    @Test func `errors are handed to the logger as errors`() throws {
        for (path, text) in try Self.files() {
            let asText = text.firstMatch(of: /"error(?:\.type)?":\s*"\\\(/) != nil
            #expect(!asText, "\(path) logs an error as text in the metadata: write logger.error(…, error: error)")
        }
    }

    @Test func `every module of ours is known to be ours`() throws {
        for storey in ["App", "Domains", "Foundations", "Providers"] {
            let folder = Self.sources.appending(path: storey).path
            for module in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
                #expect(OwnModules.names.contains(module[...]), "add \(module) to OwnModules")
            }
        }
    }
}
