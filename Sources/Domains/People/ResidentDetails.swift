package import Kernel
package import Web

/// What those in charge write down about a resident, all of it at once.
package struct ResidentDetails: Described, Equatable {
    package var fullName: String
    package var preferredName: String?
    package var dateOfBirth: LocalDate?
    package var homeId: Identifier<Home>
    package var unitId: Identifier<Unit>?
    package var room: String
    package var status: Resident.Status
    package var movedInOn: LocalDate
    package var diedOn: LocalDate?
    package var keyWorkerId: Identifier<Person>?
    package var nhsNumber: String?

    package init(
        fullName: String, preferredName: String? = nil, dateOfBirth: LocalDate? = nil, homeId: Identifier<Home>,
        unitId: Identifier<Unit>? = nil, room: String, status: Resident.Status = .current, movedInOn: LocalDate,
        diedOn: LocalDate? = nil, keyWorkerId: Identifier<Person>? = nil, nhsNumber: String? = nil
    ) {
        self.fullName = fullName
        self.preferredName = preferredName
        self.dateOfBirth = dateOfBirth
        self.homeId = homeId
        self.unitId = unitId
        self.room = room
        self.status = status
        self.movedInOn = movedInOn
        self.diedOn = diedOn
        self.keyWorkerId = keyWorkerId
        self.nhsNumber = nhsNumber
    }

    package static let schema = Schema.object([
        .required("full_name", .text(maxLength: 200).example("Edith Marlow")),
        .optional("preferred_name", .string(maxLength: 100).example("Edie")), .optional("date_of_birth", .date),
        .required("home_id", .identifier), .optional("unit_id", .identifier),
        .required("room", .text(maxLength: 20).example("12")), .required("status", .oneOf(Resident.Status.self)),
        .required("moved_in_on", .date),
        .optional("died_on", .date.described("Asked for when the status says that they have died")),
        .optional("key_worker_id", .identifier),
        .optional(
            "nhs_number", .string(maxLength: 20).described("Ten digits; spaces are left out").example("999 000 0018")),
    ])

    /// As it is stored, once every field was looked at on a day of the home's; all that is wrong is said at once.
    func checked(on today: LocalDate) throws -> Checked {
        var found: [Problem.Violation] = []
        func refuse(_ pointer: String, _ detail: String) { found.append(.init(pointer, detail)) }
        let fullName = self.fullName.tidied, room = self.room.tidied
        let called = self.preferredName?.tidied ?? ""
        if fullName.isEmpty { refuse("/full_name", "Write their name") }
        if fullName.unicodeScalars.count > 200 { refuse("/full_name", "A name has 200 characters at most") }
        if called.unicodeScalars.count > 100 {
            refuse("/preferred_name", "What they like to be called has 100 characters at most")
        }
        if room.isEmpty { refuse("/room", "Write their room") }
        if room.unicodeScalars.count > 20 { refuse("/room", "A room has 20 characters at most") }
        let isBorn = self.dateOfBirth.map { $0 <= today && $0.years(until: today) <= 130 } ?? true
        if !isBorn {
            refuse("/date_of_birth", "Check the date of birth: nobody here can have been born then")
        }
        if isBorn, let born = self.dateOfBirth, self.movedInOn < born {
            refuse("/moved_in_on", "They cannot have moved in before they were born")
        } else if self.movedInOn.year > today.year + 1 || self.movedInOn.year < 1900 {
            refuse("/moved_in_on", "Check the day they moved in")
        }
        switch (self.status, self.diedOn) {
        case (.died, nil): refuse("/died_on", "Say on which day they died")
        case (.died, let died?) where died > today: refuse("/died_on", "This day is still to come")
        case (.died, let died?) where died < self.movedInOn:
            refuse("/died_on", "This day is before they moved in")
        case (.died, _), (_, nil): break
        case (_, .some): refuse("/died_on", "Leave this empty, or say above that they have died")
        }
        let typed = self.nhsNumber?.tidied ?? "", number = NHSNumber(typed)
        if !typed.isEmpty, number == nil {
            refuse("/nhs_number", "Check the NHS number: its digits do not add up")
        }
        guard found.isEmpty else { throw PeopleError.invalid(found) }
        return Checked(
            details: self, fullName: fullName,
            preferredName: called.isEmpty ? String(fullName.prefix { $0 != " " }.unicodeScalars.prefix(100)) : called,
            room: room, nhsNumber: number)
    }

    /// Details whose every field may be stored; only ``checked(on:)`` makes one.
    struct Checked: Sendable {
        let details: ResidentDetails
        let fullName: String
        let preferredName: String
        let room: String
        let nhsNumber: NHSNumber?

        fileprivate init(
            details: ResidentDetails, fullName: String, preferredName: String, room: String, nhsNumber: NHSNumber?
        ) {
            self.details = details
            self.fullName = fullName
            self.preferredName = preferredName
            self.room = room
            self.nhsNumber = nhsNumber
        }
    }
}

extension String {
    /// On one line, without what cannot be seen: no control characters, one space between words.
    var tidied: String {
        let visible = self.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
        return String(String.UnicodeScalarView(visible)).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
