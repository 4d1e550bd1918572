package import FoundationEssentials
package import Kernel
package import People
package import Web

/// Somebody who is to be in a home from one instant to another, or on call for it.
package struct Shift: Described, Equatable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case shift
        case onCallManager = "on_call_manager"
    }

    package let id: Identifier<Shift>
    package let homeId: Identifier<Home>
    package let unitId: Identifier<Unit>?
    package let person: PersonSummary
    package let kind: Kind
    package let startsAt: Date
    package let endsAt: Date
    /// Who is asked first: the lower, the sooner.
    package let position: Int
    /// What the clock on the wall does not tell, on the nights on which it is changed.
    package let note: String?

    package static let schema = Schema.object([
        .required("id", .identifier), .required("home_id", .identifier), .optional("unit_id", .identifier),
        .required("person", PersonSummary.schema), .required("kind", .oneOf(Kind.self)),
        .required("starts_at", .time), .required("ends_at", .time), .required("position", .integer(1...99)),
        .optional("note", .string(maxLength: 200)),
    ])
}

/// A shift as somebody writes it, by the clock of the home.
package struct NewShift: Described {
    package var personId: Identifier<Person>
    package var kind: Shift.Kind
    package var unitId: Identifier<Unit>?
    package var starts: String
    package var ends: String
    package var position: Int?

    package init(
        person: Identifier<Person>, kind: Shift.Kind = .shift, unit: Identifier<Unit>? = nil, starts: String,
        ends: String, position: Int? = nil
    ) {
        self.personId = person
        self.kind = kind
        self.unitId = unit
        self.starts = starts
        self.ends = ends
        self.position = position
    }

    package static let schema = Schema.object([
        .required("person_id", .identifier), .required("kind", .oneOf(Shift.Kind.self)),
        .optional("unit_id", .identifier),
        .required(
            "starts", .text(maxLength: 40).described("By the clock of the home").example("2026-11-28T20:00")),
        .required("ends", .text(maxLength: 40).described("By the clock of the home").example("2026-11-29T08:00")),
        .optional(
            "position",
            .integer(1...99).described("Who is asked first when something is passed on: the lower, the sooner")),
    ])

    /// The instants it means; of a time that the clock shows twice, the first.
    func checked(in time: LocalTime) throws(RotasError) -> (startsAt: Date, endsAt: Date, position: Int) {
        let startsAt = try Self.instant(self.starts, "/starts", in: time)
        let endsAt = try Self.instant(self.ends, "/ends", in: time)
        let position = self.position ?? 1
        guard (1...99).contains(position) else { throw .wrongOrder }
        guard abs(startsAt.timeIntervalSince(time.now)) < 2 * 366 * 86_400 else { throw .tooFarAway }
        guard endsAt > startsAt else { throw .endsBeforeStart }
        guard endsAt.timeIntervalSince(startsAt) <= 86_400 else { throw .tooLong }
        return (startsAt, endsAt, position)
    }

    private static func instant(
        _ text: String, _ pointer: String, in time: LocalTime
    ) throws(RotasError) -> Date {
        guard let moment = LocalMoment(text) else { throw .notAMoment(pointer) }
        switch time.instant(moment) {
        case .once(let date), .twice(first: let date, second: _): return date
        case .never: throw .noSuchTime(pointer)
        }
    }
}

/// The rota of a home for a week, and who is on now.
package struct RotaWeek: Described, Equatable {
    package let monday: LocalDate
    /// Those that begin in the week, by their beginning.
    package let shifts: [Shift]
    package let now: OnDuty

    package static let schema = Schema.object([
        .required("monday", .date), .required("shifts", .array(Shift.schema)), .required("now", OnDuty.schema),
    ])
}

/// Who is in a home now, and which manager is on call: each in the order in which they are asked.
package struct OnDuty: Described, Equatable {
    package let shifts: [Shift]
    package let managersOnCall: [Shift]

    package static let schema = Schema.object([
        .required("shifts", .array(Shift.schema)), .required("managers_on_call", .array(Shift.schema)),
    ])
}

/// Which week the week before is copied to.
package struct WeekToFill: Described {
    package let monday: LocalDate
    package init(monday: LocalDate) { self.monday = monday }
    package static let schema = Schema.object([
        .required("monday", .date.described("Any day of the week that is to be filled"))
    ])
}

/// What became of a copied week.
package struct CopiedWeek: Described, Equatable {
    package let monday: LocalDate
    package let copied: Int
    /// Because the person is on the rota then already or has no role here any more, or because the time does not exist.
    package let leftOut: Int

    package static let schema = Schema.object([
        .required("monday", .date), .required("copied", .integer), .required("left_out", .integer),
    ])
}
