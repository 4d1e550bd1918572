import Foundation
import TestKit
import Testing

@testable import Development

@Suite struct ChildProcessTests {
    @Test func `it tells how the program ended`() async throws {
        try await withTemporaryFolder { folder in
            let log = "\(folder)/log"
            #expect(try await ChildProcess.run(["true"], output: log) == .exited(0))
            #expect(try await ChildProcess.run(["sh", "-c", "echo said; exit 7"], output: log) == .exited(7))
            #expect(try String(contentsOfFile: log, encoding: .utf8) == "said\n")
            let child = try await ChildProcess.start(["sleep", "60"], output: log)
            #expect(child.isRunning)
            child.send(SIGTERM)
            #expect(await child.ending() == .killed(SIGTERM))
            #expect(!child.isRunning)
        }
    }

    @Test func `a program that is not there does not succeed`() async throws {
        try await withTemporaryFolder { folder in
            let ending = try await ChildProcess.run(["no-such-program"], output: "\(folder)/log")
            #expect(ending == .exited(127))
            await #expect(throws: DevelopmentError.self) {
                _ = try await ChildProcess.start(["true"], output: "\(folder)/no-such-folder/log")
            }
        }
    }

    @Test func `it inherits no file, no signal that is ignored here, and no variable`() async throws {
        signal(SIGUSR2, SIG_IGN)
        defer { signal(SIGUSR2, SIG_DFL) }
        setenv("PGDATA", "/nowhere", 1)
        defer { unsetenv("PGDATA") }
        try await withTemporaryFolder { folder in
            let leak = open("/dev/zero", O_RDONLY)
            defer { close(leak) }
            let log = "\(folder)/log"
            let script = "ls -l /proc/$$/fd; env; grep SigIgn /proc/self/status; ps -o pgid= -p $$; echo $$"
            #expect(try await ChildProcess.run(["bash", "-c", script], output: log).isSuccess)
            let text = try String(contentsOfFile: log, encoding: .utf8)
            #expect(!text.contains("/dev/zero"))
            #expect(!text.contains("PGDATA"))
            let lines = text.split(separator: "\n")
            let ignored = try #require(lines.first { $0.hasPrefix("SigIgn:") }?.split(separator: "\t").last)
            let mask = try #require(UInt64(ignored, radix: 16))
            #expect(mask & (1 << UInt64(SIGUSR2 - 1)) == 0)
            let last = lines.suffix(2).map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(last.first == last.last, "it has a process group of its own")
        }
    }

    @Test func `a caller that is cancelled takes its program along`() async throws {
        try await withTemporaryFolder { folder in
            let log = "\(folder)/log"
            let task = Task { try await ChildProcess.run(["sh", "-c", "echo up; exec sleep 60"], output: log) }
            let isUp = try await eventually { (try? String(contentsOfFile: log, encoding: .utf8)) == "up\n" }
            #expect(isUp)
            task.cancel()
            let ending = try await task.value
            #expect(ending == .killed(SIGTERM))
        }
    }
}
