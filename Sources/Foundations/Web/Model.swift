package import Foundation
package import Kernel

/// What a template is given: text that is ready to read, booleans, lists and more of the same.
///
/// Every key is always there; what is absent is `false`, because the engine looks further out for a name it does not
/// find.
package typealias Model = [String: any Sendable]

extension Optional where Wrapped: Sendable {
    /// The value, or the `false` that templates know as "not there".
    package var orFalse: any Sendable {
        switch self {
        case .some(let value): value
        case .none: false
        }
    }
}

extension LocalTime {
    /// An instant, as templates take it: for machines, for this place on the page, and in full.
    package func model(_ instant: Date, text: String) -> Model {
        ["datetime": instant.formatted(.iso8601), "text": text, "full": self.full(instant)]
    }

    /// `16:12`, on a page that names the day elsewhere.
    package func clock(_ instant: Date) -> Model { self.model(instant, text: self.time(instant)) }

    /// As short as is clear, in a list.
    package func brief(_ instant: Date) -> Model { self.model(instant, text: self.short(instant)) }

    /// The line above a day's messages.
    package func dayLine(_ instant: Date) -> Model {
        [
            "datetime": self.date(instant).map(\.description) ?? "", "text": self.heading(instant),
            "full": self.day(instant),
        ]
    }
}

extension Visitor {
    /// The home, of those the visitor can name.
    package func home(_ id: Identifier<Home>?) -> HomeSummary? { id.flatMap { id in self.homes.first { $0.id == id } } }

    /// The clock on the wall of a home; without one, of the visitor's own.
    package func time(at now: Date, in home: Identifier<Home>? = nil) -> LocalTime {
        let place = self.home(home) ?? self.homes.first(where: \.isMine) ?? self.homes.first
        return LocalTime(zone: place?.timeZone ?? "Europe/London", now: now)
    }
}

extension Problem {
    /// The summary above a form that comes back, each line with a link to its field.
    ///
    /// `fields` has the address of the field for each pointer.
    package func summary(_ fields: [String: String]) -> Model {
        let items = self.violations.map { violation -> Model in
            ["text": violation.detail, "href": fields[violation.pointer].orFalse]
        }
        return [
            "title": "There is a problem",
            "items": items.isEmpty ? [["text": self.title, "href": false] as Model] : items,
            "note": self.detail.orFalse,
        ]
    }
}
