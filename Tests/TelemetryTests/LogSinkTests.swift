import Foundation
import Logging
import NIOConcurrencyHelpers
import Testing
import TestKit

@testable import Telemetry

@Suite struct LogSinkTests {
    private func line(_ text: String) -> [UInt8] { Array("{\"message\":\"\(text)\"}\n".utf8) }

    @Test func `64 threads log at once while files rotate, and no line is torn or lost`() throws {
        let scratch = try Scratch()
        let sink = LogSink(.folder(scratch.path, rotateAt: 128 << 10, keep: .seconds(86_400)))
        let perThread = 300
        let done = DispatchGroup()
        for number in 0..<64 {
            let logger = Logger(label: "wcc") { JSONLogHandler(label: $0, level: .info, sink: sink) }
            done.enter()
            Thread.detachNewThread {
                for index in 0..<perThread {
                    logger.info("at once", metadata: ["count": "\(number)", "sequence": "\(index)"])
                }
                done.leave()
            }
        }
        done.wait()
        #expect(sink.flush(within: .seconds(30)))

        struct Line: Decodable {
            let count: Int
            let sequence: Int
        }
        let decoder = JSONDecoder()
        var seen = [[Int]](repeating: [], count: 64)
        let files = try scratch.files("application")
        #expect(files.count > 10)
        for file in files {
            let text = try scratch.text(file)
            #expect(text.hasSuffix("\n"))
            #expect(text.utf8.count <= 128 << 10)
            for line in text.split(separator: "\n") {
                let line = try decoder.decode(Line.self, from: Data(line.utf8))
                seen[line.count].append(line.sequence)
            }
        }
        for sequences in seen { #expect(sequences.sorted() == Array(0..<perThread)) }
        #expect(sink.statistics(of: .application) == .init(written: 64 * perThread, dropped: 0))
    }

    @Test func `each stream has its own file`() throws {
        let scratch = try Scratch()
        let sink = LogSink(.folder("\(scratch.path)/made", rotateAt: 1 << 20, keep: .seconds(86_400)))
        for stream in LogStream.allCases { sink.write(self.line(stream.rawValue), to: stream) }
        #expect(sink.flush())
        for stream in LogStream.allCases {
            #expect(try scratch.text("made/\(stream.rawValue).log") == "{\"message\":\"\(stream.rawValue)\"}\n")
        }
        let mode = try FileManager.default.attributesOfItem(atPath: "\(scratch.path)/made/audit.log")[.posixPermissions]
        #expect(((mode as? NSNumber)?.intValue ?? 0o777) & 0o007 == 0)
    }

    @Test func `files that were put aside go when they are old, and nothing else goes`() throws {
        let scratch = try Scratch()
        let old = Date(timeIntervalSinceNow: -3 * 86_400)
        for (name, date) in [
            ("application.2020-01-01T000000Z.log", old), ("application.2026-01-01T000000Z.log", Date()),
            ("application.notes.log", old), ("audit.2020-01-01T000000Z.txt", old),
            ("other.2020-01-01T000000Z.log", old),
        ] {
            let path = "\(scratch.path)/\(name)"
            try Data("x\n".utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
        }
        let sink = LogSink(.folder(scratch.path, rotateAt: 1 << 20, keep: .seconds(2 * 86_400)))
        sink.write(self.line("a"), to: .application)
        #expect(sink.flush())
        #expect(
            try Set(FileManager.default.contentsOfDirectory(atPath: scratch.path)) == [
                "application.2026-01-01T000000Z.log", "application.log", "application.notes.log",
                "audit.2020-01-01T000000Z.txt", "other.2020-01-01T000000Z.log",
            ])
    }

    @Test func `a file that somebody moves away is made anew`() async throws {
        let scratch = try Scratch()
        let sink = LogSink(.folder(scratch.path, rotateAt: 1 << 20, keep: .seconds(86_400)))
        sink.write(self.line("before"), to: .application)
        #expect(sink.flush())
        try FileManager.default.moveItem(atPath: "\(scratch.path)/application.log", toPath: "\(scratch.path)/moved")
        let isBack = try await eventually {
            sink.write(self.line("after"), to: .application)
            return sink.flush() && FileManager.default.fileExists(atPath: "\(scratch.path)/application.log")
        }
        #expect(isBack)
        #expect(try scratch.text("moved").hasPrefix("{\"message\":\"before\"}\n"))
    }

    @Test func `a line that a killed process left unfinished does not spoil the next`() throws {
        let scratch = try Scratch()
        try Data("{\"message\":\"whole\"}\n{\"mess".utf8).write(to: URL(filePath: "\(scratch.path)/application.log"))
        let sink = LogSink(.folder(scratch.path, rotateAt: 1 << 20, keep: .seconds(86_400)))
        sink.write(self.line("next"), to: .application)
        #expect(sink.flush())
        #expect(try scratch.lines("application").last == #"{"message":"next"}"#)
    }

    @Test func `a full disk drops lines, counts them, and says so when it has room again`() async throws {
        let scratch = try Scratch()
        // Writing to it fails as on a full disk.
        try FileManager.default.createSymbolicLink(
            atPath: "\(scratch.path)/application.log", withDestinationPath: "/dev/full")
        let sink = LogSink(.folder(scratch.path, rotateAt: 1 << 20, keep: .seconds(86_400)))
        for index in 0..<100 { sink.write(self.line("\(index)"), to: .application) }
        #expect(sink.flush())
        #expect(sink.statistics(of: .application) == .init(written: 0, dropped: 100))

        try FileManager.default.removeItem(atPath: "\(scratch.path)/application.log")
        let isBack = try await eventually {
            sink.write(self.line("room"), to: .application)
            _ = sink.flush()
            return sink.statistics(of: .application).written > 0
        }
        #expect(isBack)
        let first = try #require(try scratch.lines("application").first)
        #expect(first.contains("log lines dropped") && first.contains("\"count\":"))
        for line in try scratch.lines("application") {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
    }

    @Test func `a folder that cannot be made ends nothing`() throws {
        let sink = LogSink(.folder("/proc/no/such/folder", rotateAt: 1 << 20, keep: .seconds(86_400)))
        sink.write(self.line("a"), to: .application)
        #expect(sink.flush())
        #expect(sink.statistics(of: .application).dropped == 1)
    }

    @Test func `a reader that has gone away ends nothing`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        let sink = LogSink(.descriptor(ends[1]))
        sink.write(self.line("a"), to: .application)
        #expect(sink.flush())
        #expect(sink.statistics(of: .application) == .init(written: 0, dropped: 1))
    }

    @Test func `a reader that does not read holds nobody up, and the memory is bounded`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let reading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        defer { close(ends[1]) }
        let sink = LogSink(.descriptor(ends[1]), capacity: 256 << 10)
        let long = self.line(String(repeating: "x", count: 1_000))
        let started = ContinuousClock.now
        for _ in 0..<5_000 { sink.write(long, to: .application) }
        #expect(ContinuousClock.now - started < .seconds(5))
        #expect(!sink.flush(within: .milliseconds(20)))
        #expect(sink.statistics(of: .application).dropped > 4_000)

        let count = NIOLockedValueBox(0)
        reading.readabilityHandler = { handle in
            let lines = handle.availableData.count { $0 == UInt8(ascii: "\n") }
            count.withLockedValue { $0 += lines }
        }
        #expect(sink.flush(within: .seconds(10)))
        let statistics = sink.statistics(of: .application)
        #expect(statistics.written + statistics.dropped == 5_000)
        reading.readabilityHandler = nil
    }
}
