import Testing

/// A strict reader of Prometheus's text format 0.0.4: what it does not accept, Prometheus might not either.
struct Exposition {
    struct Fault: Error { let line: String }
    struct Sample: Equatable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    private(set) var types: [String: String] = [:]
    private(set) var help: [String: String] = [:]
    private(set) var samples: [Sample] = []

    init(_ text: String) throws {
        try #require(text.hasSuffix("\n"))
        var family = ""
        var finished: Set<String> = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)/) {
                self.help[String(match.output.1)] = String(match.output.2)
            } else if let match = line.wholeMatch(of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/) {
                finished.insert(family)
                family = String(match.output.1)
                guard self.types[family] == nil, !finished.contains(family) else { throw Fault(line: String(line)) }
                self.types[family] = String(match.output.2)
            } else if let match = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.+)\})? (\S+)/) {
                let name = String(match.output.1)
                let endings = self.types[family] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
                guard endings.contains(where: { name == family + $0 }), let value = Self.number(match.output.3)
                else { throw Fault(line: String(line)) }
                let sample = Sample(
                    name: name, labels: try Self.labels(match.output.2 ?? "", line), value: value)
                guard !self.samples.contains(where: { $0.name == name && $0.labels == sample.labels })
                else { throw Fault(line: String(line)) }
                self.samples.append(sample)
            } else {
                throw Fault(line: String(line))
            }
        }
        try self.checkHistograms()
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        self.samples.first { $0.name == name && $0.labels == labels }?.value
    }

    private static func number(_ text: Substring) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: text.wholeMatch(of: /-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?/) == nil ? nil : Double(text)
        }
    }

    private static func labels(_ text: Substring, _ line: Substring) throws -> [String: String] {
        var labels: [String: String] = [:]
        var rest = text
        while !rest.isEmpty {
            guard let match = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/),
                labels[String(match.output.1)] == nil
            else { throw Fault(line: String(line)) }
            let value = match.output.2.replacing("\\n", with: "\n").replacing("\\\"", with: "\"")
            labels[String(match.output.1)] = String(value.replacing("\\\\", with: "\\"))
            rest = rest[match.range.upperBound...]
        }
        return labels
    }

    /// Buckets grow, the last is `+Inf`, and it is the count.
    private func checkHistograms() throws {
        for (family, type) in self.types where type == "histogram" {
            let buckets = Dictionary(grouping: self.samples.filter { $0.name == "\(family)_bucket" }) { sample in
                sample.labels.filter { $0.key != "le" }
            }
            for (labels, buckets) in buckets {
                let bounds = buckets.map { Self.number(($0.labels["le"] ?? "")[...]) ?? .nan }
                #expect(bounds == bounds.sorted() && bounds.last == .infinity)
                #expect(buckets.map(\.value) == buckets.map(\.value).sorted())
                #expect(buckets.last?.value == self.value("\(family)_count", labels))
                #expect(self.value("\(family)_sum", labels) != nil)
            }
        }
    }
}
