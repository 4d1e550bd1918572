package import Kernel
package import Web

/// What a resident needs so that they can communicate, as it stands above everything said about them.
///
/// It cannot be closed: who writes, rings or visits is to see it each time.
package struct NeedsBanner: Sendable {
    let needs: [CommunicationNeed]
    let resident: Identifier<Person>
    let name: String
    let today: LocalDate?

    package init(_ needs: [CommunicationNeed], of resident: Identifier<Person>, called name: String, today: LocalDate?)
    {
        self.needs = needs.filter { $0.kind != .nothing }
        self.resident = resident
        self.name = name
        self.today = today
    }

    /// `nil` if nothing is needed, or nothing is known.
    package var model: Model? {
        guard !self.needs.isEmpty else { return nil }
        return [
            "title": "How \(self.name) needs you to communicate", "items": self.needs.map(\.text),
            "review": self.review.orFalse, "href": "/residents/\(self.resident)/needs",
        ]
    }

    /// The first day on which one of them is to be looked at again.
    private var review: String? {
        guard let day = self.needs.map(\.reviewDueOn).min() else { return nil }
        if let today, day < today { return "To be looked at again since \(day.words)." }
        return "To be looked at again by \(day.words)."
    }
}
