package import FoundationEssentials
package import Kernel

/// What is looked for in the audit; what is left out does not matter.
package struct AuditSearch: Sendable, Equatable {
    /// Days, the last one included, by the clock of whoever asks.
    package var from: LocalDate?
    package var to: LocalDate?
    package var person: Identifier<Person>?
    package var action: String?
    package var kind: ActKind?
    package var resident: Identifier<Person>?
    package var object: UUID?
    package var request: UUID?

    /// What could not be understood; whoever may search is told, and nobody else.
    private(set) var faults: [Problem.Violation] = []

    package init() {}

    /// - Parameter text: What stands at a filter's name, in an address; nothing for one that is left empty.
    package init(_ text: (String) -> String?) {
        let noDay = "A day is written like 2026-11-24", noNumber = "This is no number of ours: they have 36 characters"
        self.from = self.read(text, "from", noDay) { LocalDate($0) }
        self.to = self.read(text, "to", noDay) { LocalDate($0) }
        self.person = self.read(text, "person", "Choose a person from the list") { Identifier($0) }
        self.action = self.read(text, "action", "Choose what was done from the list") { String($0.prefix(100)) }
        self.kind = self.read(text, "kind", "Choose a kind from the list") { ActKind(rawValue: $0) }
        self.resident = self.read(text, "resident", "Choose a resident from the list") { Identifier($0) }
        self.object = self.read(text, "object", noNumber) { UUID(uuidString: $0) }
        self.request = self.read(text, "request", noNumber) { UUID(uuidString: $0) }
        if let from, let to, to < from { self.faults.append(.init("/to", "The last day is before the first")) }
    }

    private mutating func read<Value>(
        _ text: (String) -> String?, _ name: String, _ objection: String, _ make: (String) -> Value?
    ) -> Value? {
        // What is copied from somewhere brings spaces along.
        guard let typed = text(name)?.filter({ !$0.isWhitespace }), !typed.isEmpty else { return nil }
        let value = make(typed)
        if value == nil { self.faults.append(.init("/\(name)", objection)) }
        return value
    }

    /// The instants that the days are.
    func span(in time: LocalTime) -> (since: Date?, before: Date?) {
        (self.from.flatMap { time.start(of: $0) }, self.to.flatMap { time.end(of: $0) })
    }

    /// As an address carries it.
    var query: [(name: String, value: String)] {
        let all: [(String, String?)] = [
            ("from", self.from?.description), ("to", self.to?.description), ("person", self.person?.description),
            ("action", self.action), ("kind", self.kind?.rawValue), ("resident", self.resident?.description),
            ("object", self.object?.uuidString.lowercased()), ("request", self.request?.uuidString.lowercased()),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } }
    }
}
