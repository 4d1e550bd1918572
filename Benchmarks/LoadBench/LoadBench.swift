import Foundation

/// The load on a running server that is measured, each kind a command that prints one line of JSON.
///
/// `Benchmarks/bench` runs it:
///
///     LoadBench send <port> <cookies> <conversation> <listeners> <senders> <seconds>
///     LoadBench idle <port> <cookies> <streams>
///     LoadBench shift <port> <cookies> <streams> <seconds>
///     LoadBench jobs <conninfo> <jobs>
///
/// `<cookies>` is a file with a cookie a line. `idle` prints a line when its streams are open, and holds them until its
/// standard input ends; to each line of it says how many streams have been told something since the last `mark`.
/// `shift` opens its streams evenly over so many seconds and says so, and from the next line on closes them likewise.
@main
struct LoadBench {
    static func main() async throws {
        var arguments = CommandLine.arguments.dropFirst()[...]
        func next() throws -> String {
            guard let argument = arguments.popFirst() else { throw Usage() }
            return argument
        }
        func number() throws -> Int {
            guard let number = Int(try next()) else { throw Usage() }
            return number
        }
        switch try next() {
        case "send":
            let port = try number(), cookies = try Self.lines(of: next())
            let sending = Sending(port: port, cookies: cookies, conversation: try next())
            Self.say(try await sending.measure(listeners: number(), senders: number(), seconds: number()))
        case "idle":
            let port = try number(), cookies = try Self.lines(of: next())
            let streams = try await Streams.open(try number(), port: port, cookies: cookies)
            Self.say(["open": streams.count])
            var marked = ContinuousClock.now
            while let line = readLine() {
                if line == "mark" { marked = .now }
                Self.say(streams.reached(since: marked))
            }
            await streams.close()
        case "shift":
            let port = try number(), cookies = try Self.lines(of: next())
            let count = try number(), length = Duration.seconds(try number())
            let streams = try await Streams.open(count, over: length, port: port, cookies: cookies)
            Self.say(["open": streams.count])
            _ = readLine()
            await streams.close(over: length)
            Self.say(["closed": streams.count])
        case "jobs":
            Self.say(try await JobLoad(conninfo: next()).measure(jobs: number()))
        default: throw Usage()
        }
    }

    struct Usage: Error {}

    private static func lines(of path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private static func say(_ figures: [String: Int]) {
        let text = figures.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
        print("{\(text)}")
        fflush(nil)
    }
}

extension [Duration] {
    /// Microseconds below which `share` of them lie.
    func percentile(_ share: Double) -> Int {
        guard !self.isEmpty else { return 0 }
        let sorted = self.sorted()
        return Int(sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * share))] / .microseconds(1))
    }
}
