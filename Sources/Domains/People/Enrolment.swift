package import Kernel

/// Somebody who is about to be known here.
package struct NewPerson: Sendable {
    package let id: Identifier<Person>
    package let fullName: String
    package let preferredName: String
    package let dateOfBirth: LocalDate?

    package init(
        id: Identifier<Person>, fullName: String, preferredName: String, dateOfBirth: LocalDate? = nil
    ) {
        self.id = id
        self.fullName = fullName
        self.preferredName = preferredName
        self.dateOfBirth = dateOfBirth
    }
}

/// Somebody who begins to work here; without a home, for the whole organisation.
package struct NewStaff: Sendable {
    package let person: NewPerson
    package let home: Identifier<Home>?
    package let unit: Identifier<Unit>?
    package let jobTitle: String

    package init(person: NewPerson, home: Identifier<Home>?, unit: Identifier<Unit>? = nil, jobTitle: String) {
        self.person = person
        self.home = home
        self.unit = unit
        self.jobTitle = jobTitle
    }
}

/// Somebody who moves in.
package struct NewResident: Sendable {
    package let person: NewPerson
    package let home: Identifier<Home>
    package let unit: Identifier<Unit>?
    package let room: String
    package let status: Resident.Status
    package let movedInOn: LocalDate
    package let keyWorker: Identifier<Person>?
    package let careTeam: [Identifier<Person>]
    package let diedOn: LocalDate?
    package let nhsNumber: NHSNumber?

    package init(
        person: NewPerson, home: Identifier<Home>, unit: Identifier<Unit>?, room: String, status: Resident.Status,
        movedInOn: LocalDate, keyWorker: Identifier<Person>?, careTeam: [Identifier<Person>], diedOn: LocalDate? = nil,
        nhsNumber: NHSNumber? = nil
    ) {
        self.person = person
        self.home = home
        self.unit = unit
        self.room = room
        self.status = status
        self.movedInOn = movedInOn
        self.keyWorker = keyWorker
        self.careTeam = careTeam
        self.diedOn = diedOn
        self.nhsNumber = nhsNumber
    }
}
