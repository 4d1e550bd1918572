package import Kernel
package import Web

/// That a professional from outside is a resident's, from one day to another.
package struct ResidentProfessional: Described, Equatable {
    package let id: Identifier<ResidentProfessional>
    package let residentId: Identifier<Person>
    package let professional: Professional
    package let since: LocalDate
    /// The last day on which they are; without one, they still are.
    package let until: LocalDate?

    package static let schema = Schema.object([
        .required("id", .identifier), .required("resident_id", .identifier),
        .required("professional", Professional.schema), .required("since", .date), .optional("until", .date),
    ])
}

/// Somebody who becomes a resident's professional.
package struct NewLink: Described {
    package var professionalId: Identifier<Professional>
    package var since: LocalDate?

    package init(_ professional: Identifier<Professional>, since: LocalDate? = nil) {
        self.professionalId = professional
        self.since = since
    }

    package static let schema = Schema.object([
        .required("professional_id", .identifier),
        .optional("since", .date.described("Today, if it is left out; not in the future")),
    ])

    func since(today: LocalDate) throws -> LocalDate {
        let since = self.since ?? today
        guard since <= today, since.years(until: today) < 100 else {
            throw PeopleError.invalid("/since", "Say since which day, until today, they are")
        }
        return since
    }
}

/// The last day of such a time.
package struct LinkEnd: Described {
    package var until: LocalDate?

    package init(until: LocalDate? = nil) { self.until = until }

    package static let schema = Schema.object([
        .optional("until", .date.described("The last day, today if it is left out; not in the future"))
    ])
}
