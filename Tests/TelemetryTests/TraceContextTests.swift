import Kernel
import Testing

@Suite struct TraceContextTests {
    static let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func `a header is read and written`() throws {
        let trace = try #require(TraceContext(traceparent: Self.good))
        #expect(trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736" && trace.spanID == "00f067aa0ba902b7")
        #expect(trace.isSampled && trace.traceparent == Self.good && "\(trace)" == Self.good)
    }

    @Test(arguments: [
        "", "00", good + "-", good + "0", "0" + good, good.uppercased(), " " + good, good + " ", good + "\n",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
        "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
        "00-4bf92f3577b34da6a3ce929d0e0e473é-00f067aa0ba902b7-01",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-" + String(repeating: "x", count: 200),
    ])
    func `anything else is as good as not sent`(text: String) { #expect(TraceContext(traceparent: text) == nil) }

    @Test func `a later version may say more behind a hyphen`() {
        let text = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-what-follows"
        #expect(TraceContext(traceparent: text)?.traceparent == Self.good)
    }

    @Test func `work of our own stays in the trace under a number of its own`() throws {
        let source = Source()
        let caller = try #require(TraceContext(traceparent: Self.good))
        let child = caller.child(from: source)
        #expect(child.traceID == caller.traceID && child.spanID != caller.spanID && child.isSampled)
        let root = TraceContext.root(from: source)
        #expect(root.traceID.utf8.count == 32 && TraceContext(traceparent: root.traceparent) == root)
        let zero = TraceContext.root(from: Source(random: { 0 }))
        #expect(TraceContext(traceparent: zero.traceparent) == zero)
    }
}
