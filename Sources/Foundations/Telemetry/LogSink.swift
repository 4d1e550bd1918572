import Dispatch
import Foundation
import NIOConcurrencyHelpers

/// Takes finished lines, and writes them on a thread of its own.
///
/// Whoever logs never waits for a disk: a line goes into memory, and when the memory set aside for lines is full, lines
/// are dropped and counted. A count of what was dropped is logged as soon as writing works again.
package final class LogSink: Sendable {
    package enum Destination: Sendable {
        case standardOutput
        /// `application.log`, `audit.log` and `security.log`, put aside at a size and removed at an age.
        case folder(String, rotateAt: Int, keep: Duration)
        /// Any open file, for tests.
        case descriptor(Int32)
    }

    package struct Statistics: Sendable, Equatable {
        package var written = 0
        package var dropped = 0
    }

    private let writer: LogWriter

    /// - Parameters:
    ///   - destination: Where lines go.
    ///   - capacity: How many bytes of lines may wait to be written.
    package init(_ destination: Destination, capacity: Int = 16 << 20) {
        self.writer = LogWriter(destination, capacity: capacity)
        self.writer.start()
    }

    package convenience init(_ settings: LogSettings) {
        switch settings.destination {
        case .stdout: self.init(.standardOutput)
        case .folder: self.init(.folder(settings.folder, rotateAt: settings.rotateAt, keep: settings.keep))
        }
    }

    deinit { self.writer.stop() }

    func write(_ line: [UInt8], to stream: LogStream) { self.writer.accept(line, stream) }

    package func statistics(of stream: LogStream) -> Statistics { self.writer.statistics(stream) }

    /// Waits until everything logged so far is written or dropped; it holds the calling thread up.
    ///
    /// The last thing a process does, and what a test does before it reads.
    ///
    /// - Returns: Whether that was so within the time.
    @discardableResult
    package func flush(within limit: Duration = .seconds(2)) -> Bool { self.writer.flush(within: limit) }
}

/// What the thread works on: lines in memory on one side, files on the other.
private final class LogWriter: Sendable {
    private struct State {
        var lines: [[[UInt8]]] = [[], [], []]
        var bytes = 0
        var accepted = 0
        var handled = 0
        var isRinging = false
        var isStopped = false
        var statistics = [LogSink.Statistics](repeating: .init(), count: 3)
        var flushes: [(after: Int, done: DispatchSemaphore)] = []
    }

    private let destination: LogSink.Destination
    private let capacity: Int
    private let state = NIOLockedValueBox(State())
    private let bell = DispatchSemaphore(value: 0)

    init(_ destination: LogSink.Destination, capacity: Int) {
        self.destination = destination
        self.capacity = capacity
    }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "wcc-logs"
        thread.stackSize = 256 << 10
        thread.start()
    }

    func stop() {
        self.state.withLockedValue { $0.isStopped = true }
        self.bell.signal()
    }

    func accept(_ line: [UInt8], _ stream: LogStream) {
        let rings = self.state.withLockedValue { state in
            guard state.bytes + line.count <= self.capacity else {
                state.statistics[stream.index].dropped += 1
                return false
            }
            state.lines[stream.index].append(line)
            state.bytes += line.count
            state.accepted += 1
            if state.isRinging { return false }
            state.isRinging = true
            return true
        }
        if rings { self.bell.signal() }
    }

    func statistics(_ stream: LogStream) -> LogSink.Statistics {
        self.state.withLockedValue { $0.statistics[stream.index] }
    }

    func flush(within limit: Duration) -> Bool {
        let done = DispatchSemaphore(value: 0)
        let mustWait = self.state.withLockedValue { state in
            if state.handled == state.accepted { return false }
            state.flushes.append((state.accepted, done))
            return true
        }
        guard mustWait else { return true }
        let nanoseconds = limit / .nanoseconds(1)
        return done.wait(timeout: .now() + .nanoseconds(Int(min(nanoseconds, 3.6e12)))) == .success
    }

    // MARK: On the thread

    private func run() {
        Self.ignoreBrokenPipes()
        var outputs = LogStream.allCases.map { Self.output(for: $0, to: self.destination) }
        var reported = [Int](repeating: 0, count: 3)
        while true {
            let isIdle = self.bell.wait(timeout: .now() + .seconds(3_600)) == .timedOut
            if isIdle { for index in outputs.indices { outputs[index].tidy() } }
            let (lines, dropped, isStopped) = self.state.withLockedValue { state in
                defer {
                    state.lines = [[], [], []]
                    state.bytes = 0
                    state.isRinging = false
                }
                return (state.lines, state.statistics.map(\.dropped), state.isStopped)
            }
            var written = [0, 0, 0]
            for stream in LogStream.allCases where !lines[stream.index].isEmpty {
                let index = stream.index
                let missing = dropped[index] - reported[index]
                if missing > 0, outputs[index].write([Self.notice(of: missing, in: stream)]) == 1 {
                    reported[index] = dropped[index]
                }
                written[index] = outputs[index].write(lines[index])
            }
            self.report(lines.map(\.count), written)
            if isStopped { break }
        }
        for index in outputs.indices { outputs[index].close() }
    }

    private func report(_ taken: [Int], _ written: [Int]) {
        let finished = self.state.withLockedValue { state in
            for index in taken.indices {
                state.statistics[index].written += written[index]
                state.statistics[index].dropped += taken[index] - written[index]
                state.handled += taken[index]
            }
            let finished = state.flushes.filter { $0.after <= state.handled }
            state.flushes.removeAll { $0.after <= state.handled }
            return finished
        }
        for (_, done) in finished { done.signal() }
    }

    private static func output(for stream: LogStream, to destination: LogSink.Destination) -> any LogOutput {
        switch destination {
        case .standardOutput: LogDescriptor(STDOUT_FILENO)
        case .descriptor(let descriptor): LogDescriptor(descriptor)
        case .folder(let folder, let rotateAt, let keep):
            LogFile(folder: folder, name: stream.fileName, rotateAt: rotateAt, keep: keep)
        }
    }

    /// A reader of standard output that goes away must not end the process.
    private static func ignoreBrokenPipes() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private static func notice(of count: Int, in stream: LogStream) -> [UInt8] {
        var line = LogLine()
        line.field("time")
        line.time(.now())
        line.field("level")
        line.string("error")
        line.field("stream")
        line.string(stream.rawValue, upTo: 16)
        line.field("logger")
        line.string("wcc.logs")
        line.field("message")
        line.string("log lines dropped")
        line.field("count")
        line.integer(UInt(max(0, count)))
        line.end()
        return line.bytes
    }
}
