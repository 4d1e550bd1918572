package import FoundationEssentials
package import Kernel

/// A resident's communication need as it was written down, to be brought in.
package struct NeedArchive: Sendable {
    /// How it went when somebody last looked at it.
    package struct Review: Sendable {
        package let outcome: CommunicationNeed.Outcome
        package let note: String?
        package let by: Identifier<Person>
        package let at: Date

        package init(outcome: CommunicationNeed.Outcome, note: String?, by person: Identifier<Person>, at date: Date) {
            self.outcome = outcome
            self.note = note
            self.by = person
            self.at = date
        }
    }

    package let resident: Identifier<Person>
    package let kind: NeedKind
    package let words: String?
    package let sharing: CommunicationNeed.Sharing
    /// In the past for one that nobody has looked at in time.
    package let reviewDueOn: LocalDate
    package let recordedBy: Identifier<Person>
    package let recordedAt: Date
    package let review: Review?

    package init(
        resident: Identifier<Person>, kind: NeedKind, words: String?, sharing: CommunicationNeed.Sharing,
        reviewDueOn: LocalDate, recordedBy: Identifier<Person>, recordedAt: Date, review: Review? = nil
    ) {
        self.resident = resident
        self.kind = kind
        self.words = words
        self.sharing = sharing
        self.reviewDueOn = reviewDueOn
        self.recordedBy = recordedBy
        self.recordedAt = recordedAt
        self.review = review
    }
}

/// A resident's contact as it was written down, to be brought in.
package struct ContactArchive: Sendable {
    package struct Restriction: Sendable {
        package let kind: ContactRestriction.Kind
        package let reason: String
        package let by: Identifier<Person>
        package let at: Date
        package let reviewDueOn: LocalDate

        package init(
            kind: ContactRestriction.Kind, reason: String, by person: Identifier<Person>, at date: Date,
            reviewDueOn: LocalDate
        ) {
            self.kind = kind
            self.reason = reason
            self.by = person
            self.at = date
            self.reviewDueOn = reviewDueOn
        }
    }

    package let resident: Identifier<Person>
    package let details: ContactDetails
    package let verifiedBy: Identifier<Person>?
    package let recordedBy: Identifier<Person>
    package let recordedAt: Date
    package let restriction: Restriction?
    /// Who they are here, for a contact who has a sign-in.
    package let person: NewPerson?

    /// - Throws: What is wrong with the details, as for anybody who writes them.
    package init(
        resident: Identifier<Person>, details: ContactDetails, verifiedBy: Identifier<Person>?,
        recordedBy: Identifier<Person>, recordedAt: Date, today: LocalDate, restriction: Restriction? = nil,
        person: NewPerson? = nil
    ) throws {
        self.resident = resident
        self.details = try details.checked(on: today)
        self.verifiedBy = verifiedBy
        self.recordedBy = recordedBy
        self.recordedAt = recordedAt
        self.restriction = restriction
        self.person = person
    }
}

/// A professional from outside as they were written down, with whose they are, to be brought in.
package struct ProfessionalArchive: Sendable {
    package let id: Identifier<Professional>
    package let details: ProfessionalDetails
    package let addedBy: Identifier<Person>
    package let addedAt: Date
    package let residents: [Identifier<Person>]
    package let since: LocalDate

    /// - Throws: What is wrong with the details, as for anybody who writes them.
    package init(
        id: Identifier<Professional>, details: ProfessionalDetails, addedBy: Identifier<Person>, addedAt: Date,
        residents: [Identifier<Person>], since: LocalDate
    ) throws {
        self.id = id
        self.details = try details.checked()
        self.addedBy = addedBy
        self.addedAt = addedAt
        self.residents = residents
        self.since = since
    }
}
