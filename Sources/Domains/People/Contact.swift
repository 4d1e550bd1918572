package import FoundationEssentials
package import Kernel
package import Web

/// Somebody in a resident's life: who they are to them, how they are reached, and what the law lets them decide.
package struct Contact: Described, Equatable {
    package enum Relationship: String, Codable, Sendable, CaseIterable {
        case spouse, partner, parent, child, sibling, grandchild
        case otherFamily = "other_family"
        case friend, neighbour, advocate, solicitor
        case socialWorker = "social_worker"
        case gp, other

        package var words: String {
            switch self {
            case .spouse: "Husband or wife"
            case .partner: "Partner"
            case .parent: "Mother or father"
            case .child: "Daughter or son"
            case .sibling: "Sister or brother"
            case .grandchild: "Grandchild"
            case .otherFamily: "Other family"
            case .friend: "Friend"
            case .neighbour: "Neighbour"
            case .advocate: "Advocate"
            case .solicitor: "Solicitor"
            case .socialWorker: "Social worker"
            case .gp: "GP"
            case .other: "Somebody else"
            }
        }
    }

    /// What the law lets them decide for the resident.
    ///
    /// There is no "next of kin" among them: to be next of kin gives nobody a say, nor does paying the fees.
    package enum Authority: String, Codable, Sendable, CaseIterable {
        case nothing = "none"
        case attorneyHW = "attorney_hw"
        case attorneyPF = "attorney_pf"
        case enduringPF = "enduring_pf"
        case deputyHW = "deputy_hw"
        case deputyPF = "deputy_pf"
        case imca, rpr, appointee

        package var words: String {
            switch self {
            case .nothing: "None"
            case .attorneyHW: "Attorney for health and welfare"
            case .attorneyPF: "Attorney for property and finance"
            case .enduringPF: "Attorney under an enduring power, for property and finance"
            case .deputyHW: "Deputy for health and welfare"
            case .deputyPF: "Deputy for property and finance"
            case .imca: "Independent mental capacity advocate"
            case .rpr: "Relevant person’s representative"
            case .appointee: "Appointee for benefits"
            }
        }

        /// What it is for, said where somebody might think that it is for more.
        package var limits: String? {
            switch self {
            case .nothing: nil
            case .attorneyHW, .deputyHW:
                "Decides only what the resident cannot decide, at that time, and only within what the papers say."
            case .attorneyPF, .enduringPF, .deputyPF, .appointee: "Has no say over care, treatment or visits."
            case .imca, .rpr: "Speaks for the resident, and does not decide."
            }
        }
    }

    package let id: Identifier<Contact>
    package let residentId: Identifier<Person>
    package let fullName: String
    package let relationship: Relationship
    package let telephone: String?
    package let email: String?
    /// Whether they are rung first when something happens.
    package let isEmergency: Bool
    package let authority: Authority
    package let authorityScope: String?
    /// When somebody here has seen the papers; until then they are treated as family.
    package let authorityVerifiedOn: LocalDate?
    package let authorityVerifiedBy: PersonSummary?
    package let restrictions: [ContactRestriction]
    package let version: Int
    /// Whether they have a sign-in of their own here, which opens what they are part of.
    package let isConnected: Bool?

    package static let schema = Schema.object([
        .required("id", .identifier), .required("resident_id", .identifier),
        .required("full_name", .string(maxLength: 200)), .required("relationship", .oneOf(Relationship.self)),
        .optional("telephone", .string(maxLength: 30)), .optional("email", .string(maxLength: 254)),
        .required("is_emergency", .boolean), .required("authority", .oneOf(Authority.self)),
        .optional("authority_scope", .string(maxLength: 500)), .optional("authority_verified_on", .date),
        .optional("authority_verified_by", PersonSummary.schema),
        .required("restrictions", .array(ContactRestriction.schema)), .required("version", .integer),
        .optional("is_connected", .boolean.described("Whether they have a sign-in of their own here")),
    ])
}

/// What a contact may not do or be told, for a reason, until somebody looks at it again.
package struct ContactRestriction: Described, Equatable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case noContact = "no_contact"
        case noVisits = "no_visits"
        case supervised
        case noInformation = "no_information"

        package var words: String {
            switch self {
            case .noContact: "Do not write or ring"
            case .noVisits: "No visits"
            case .supervised: "Visits only with somebody there"
            case .noInformation: "Tell them nothing about the resident"
            }
        }
    }

    package let id: Identifier<ContactRestriction>
    package let kind: Kind
    package let reason: String
    package let approvedBy: PersonSummary
    package let approvedAt: Date
    package let reviewDueOn: LocalDate

    package static let schema = Schema.object([
        .required("id", .identifier), .required("kind", .oneOf(Kind.self)),
        .required("reason", .string(maxLength: 500)), .required("approved_by", PersonSummary.schema),
        .required("approved_at", .time), .required("review_due_on", .date),
    ])
}

/// What is written down about a contact, all of it at once.
package struct ContactDetails: Described, Equatable {
    package var fullName: String
    package var relationship: Contact.Relationship
    package var telephone: String?
    package var email: String?
    package var isEmergency: Bool
    package var authority: Contact.Authority
    package var authorityScope: String?
    package var authorityVerifiedOn: LocalDate?

    package init(
        fullName: String, relationship: Contact.Relationship, telephone: String? = nil, email: String? = nil,
        isEmergency: Bool = false, authority: Contact.Authority = .nothing, authorityScope: String? = nil,
        authorityVerifiedOn: LocalDate? = nil
    ) {
        self.fullName = fullName
        self.relationship = relationship
        self.telephone = telephone
        self.email = email
        self.isEmergency = isEmergency
        self.authority = authority
        self.authorityScope = authorityScope
        self.authorityVerifiedOn = authorityVerifiedOn
    }

    package static let schema = Schema.object([
        .required("full_name", .text(maxLength: 200).example("Margaret Ellis")),
        .required("relationship", .oneOf(Contact.Relationship.self)),
        .optional("telephone", .string(maxLength: 30).example("0113 496 0121")),
        .optional("email", .string(maxLength: 254)), .required("is_emergency", .boolean),
        .required("authority", .oneOf(Contact.Authority.self)),
        .optional("authority_scope", .string(maxLength: 500).described("What the papers say it is for")),
        .optional(
            "authority_verified_on", .date.described("When somebody here saw the papers, or the registration")),
    ])

    /// As it is stored; every field that cannot be accepted is named.
    func checked(on today: LocalDate) throws -> ContactDetails {
        var found: [Problem.Violation] = [], checked = self
        func text(_ typed: String?, _ pointer: String, _ most: Int) -> String? {
            let text = typed?.tidied ?? ""
            if text.unicodeScalars.count > most { found.append(.init(pointer, "This has \(most) characters at most")) }
            return text.isEmpty ? nil : text
        }
        checked.fullName = text(self.fullName, "/full_name", 200) ?? ""
        if checked.fullName.isEmpty { found.append(.init("/full_name", "Write their name")) }
        checked.telephone = text(self.telephone, "/telephone", 30)
        if let number = checked.telephone, !number.isTelephone {
            found.append(.init("/telephone", "Check the telephone number"))
        }
        checked.email = text(self.email, "/email", 254)
        if let address = checked.email, !address.isEmailAddress {
            found.append(.init("/email", "Check the email address"))
        }
        checked.authorityScope = text(self.authorityScope, "/authority_scope", 500)
        if self.authority == .nothing, checked.authorityScope != nil {
            found.append(.init("/authority_scope", "Leave this empty, or say what authority they have"))
        }
        if self.authority == .nothing, self.authorityVerifiedOn != nil {
            found.append(.init("/authority_verified_on", "Leave this empty, or say what authority they have"))
        } else if let day = self.authorityVerifiedOn, day > today || day.years(until: today) > 50 {
            found.append(.init("/authority_verified_on", "Say on which day, until today, the papers were seen"))
        }
        guard found.isEmpty else { throw PeopleError.invalid(found) }
        return checked
    }
}

/// A restriction that somebody is about to approve.
package struct NewRestriction: Described {
    package var kind: ContactRestriction.Kind
    package var reason: String
    package var reviewDueOn: LocalDate?

    package init(kind: ContactRestriction.Kind, reason: String, reviewDueOn: LocalDate? = nil) {
        self.kind = kind
        self.reason = reason
        self.reviewDueOn = reviewDueOn
    }

    package static let schema = Schema.object([
        .required("kind", .oneOf(ContactRestriction.Kind.self)), .required("reason", .text(maxLength: 500)),
        .optional("review_due_on", .date.described("Six months from now if it is left out")),
    ])

    func checked(on today: LocalDate) throws -> (reason: String, review: LocalDate) {
        (try Ending(reason: self.reason).checked(), try PeopleError.review(self.reviewDueOn, from: today))
    }
}

extension String {
    /// Digits, with what people write between them.
    var isTelephone: Bool {
        let digits = self.unicodeScalars.filter { ("0"..."9").contains($0) }.count
        return (5...15).contains(digits)
            && self.unicodeScalars.allSatisfy { "0123456789 +()-".unicodeScalars.contains($0) }
    }

    /// Something on either side of an at sign, and a dot after it; only sending finds out more.
    var isEmailAddress: Bool {
        let parts = self.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let name = parts.first, let host = parts.last, !name.isEmpty else { return false }
        return host.split(separator: ".", omittingEmptySubsequences: false).count > 1
            && host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
            && !self.contains(where: \.isWhitespace)
    }
}
