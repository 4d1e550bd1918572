package import FoundationEssentials
package import Kernel
package import Web

/// Somebody from outside who looks after residents: a GP, a district nurse, a social worker.
///
/// They have no account here, and nothing that is written down of them has been asked of their register.
package struct Professional: Described, Equatable {
    /// What they are; one of ``Role/professionals``.
    package static let roles = Role.allCases.filter { Role.professionals.contains($0) }

    package enum Field: String, Codable, Sendable, CaseIterable {
        /// The beginning and the end of the record, which are no fields.
        case added, ended
        case fullName = "full_name"
        case role
        case worksFor = "works_for"
        case registration
        case telephone, email
        case comesIn = "comes_in"

        package var words: String {
            switch self {
            case .added: "Added"
            case .ended: "Ended"
            case .fullName: "Name"
            case .role: "Role"
            case .worksFor: "Works for"
            case .registration: "Registration"
            case .telephone: "Telephone"
            case .email: "Email"
            case .comesIn: "Comes in"
            }
        }
    }

    package let id: Identifier<Professional>
    package let details: ProfessionalDetails
    package let registrationWarning: String?
    /// Why they are not worked with any more, if they are not.
    package let endReason: String?
    package let version: Int

    package var state: String { self.endReason == nil ? "current" : "ended" }

    package init(id: Identifier<Professional>, details: ProfessionalDetails, endReason: String?, version: Int) {
        self.id = id
        self.details = details
        self.registrationWarning = details.registrationWarning
        self.endReason = endReason
        self.version = version
    }

    package static let schema = Schema.object([
        .required("id", .identifier), .required("details", ProfessionalDetails.schema),
        .optional(
            "registration_warning",
            .string(maxLength: 200).described("What is odd about the number; without one it is still not verified")),
        .optional("end_reason", .string(maxLength: 500)), .required("version", .integer),
    ])
}

/// A register of professionals, and what its numbers look like.
package enum ProfessionalRegister: String, Codable, Sendable, CaseIterable {
    case gmc, nmc, hcpc, swe, gphc

    package var words: String {
        switch self {
        case .gmc: "General Medical Council"
        case .nmc: "Nursing and Midwifery Council"
        case .hcpc: "Health and Care Professions Council"
        case .swe: "Social Work England"
        case .gphc: "General Pharmaceutical Council"
        }
    }

    /// What its numbers look like, for whoever types one.
    package var form: String {
        switch self {
        case .gmc, .gphc: "7 digits"
        case .nmc: "2 digits, a letter from A to L, 4 digits and a letter"
        case .hcpc: "2 letters and 5 or 6 digits"
        case .swe: "SW and up to 6 digits"
        }
    }

    /// Whether a number could be one of its own; that says nothing of whose it is.
    package func couldBe(_ number: String) -> Bool {
        let letters = number.uppercased().unicodeScalars.map { scalar -> Character in
            switch scalar {
            case "0"..."9": "9"
            case "A"..."L": "L"
            case "M"..."Z": "Z"
            default: "?"
            }
        }
        let shape = String(letters), last = String(shape.suffix(1))
        switch self {
        case .gmc, .gphc: return shape == "9999999"
        case .nmc: return shape.hasPrefix("99L9999") && shape.count == 8 && (last == "L" || last == "Z")
        case .hcpc:
            let digits = shape.dropFirst(2)
            return shape.prefix(2).allSatisfy { $0 == "L" || $0 == "Z" } && (5...6).contains(digits.count)
                && digits.allSatisfy { $0 == "9" }
        case .swe:
            let digits = shape.dropFirst(2)
            return number.uppercased().hasPrefix("SW") && (1...6).contains(digits.count)
                && digits.allSatisfy { $0 == "9" }
        }
    }
}

/// What is written down about a professional, all of it at once.
package struct ProfessionalDetails: Described, Equatable {
    package var fullName: String
    package var role: Role
    package var worksFor: String?
    package var register: ProfessionalRegister?
    package var registrationNumber: String?
    package var telephone: String?
    package var email: String?
    package var comesIn: String?

    package init(
        fullName: String, role: Role, worksFor: String? = nil, register: ProfessionalRegister? = nil,
        registrationNumber: String? = nil, telephone: String? = nil, email: String? = nil, comesIn: String? = nil
    ) {
        self.fullName = fullName
        self.role = role
        self.worksFor = worksFor
        self.register = register
        self.registrationNumber = registrationNumber
        self.telephone = telephone
        self.email = email
        self.comesIn = comesIn
    }

    package static let schema = Schema.object([
        .required("full_name", .text(maxLength: 200).example("Dr Amara Okafor")),
        .required("role", .oneOf(Professional.roles.map(\.rawValue)).example("gp")),
        .optional("works_for", .string(maxLength: 200).example("Beck Lane Surgery")),
        .optional("register", .oneOf(ProfessionalRegister.self)),
        .optional("registration_number", .string(maxLength: 30).described("As they say it; not verified")),
        .optional("telephone", .string(maxLength: 30).example("0113 496 0301")),
        .optional("email", .string(maxLength: 254)),
        .optional("comes_in", .string(maxLength: 500).described("Where they come in, and when")),
    ])

    /// What is odd about the number; nobody here asks a register whether it is theirs.
    package var registrationWarning: String? {
        guard let register, let number = self.registrationNumber, !register.couldBe(number) else { return nil }
        return "This does not look like a number of the \(register.words): those are \(register.form). Check it."
    }

    /// As it is stored; every field that cannot be accepted is named.
    func checked() throws -> ProfessionalDetails {
        var found: [Problem.Violation] = [], checked = self
        func text(_ typed: String?, _ pointer: String, _ most: Int) -> String? {
            let text = typed?.tidied ?? ""
            if text.unicodeScalars.count > most { found.append(.init(pointer, "This has \(most) characters at most")) }
            return text.isEmpty ? nil : text
        }
        checked.fullName = text(self.fullName, "/full_name", 200) ?? ""
        if checked.fullName.isEmpty { found.append(.init("/full_name", "Write their name")) }
        if !Role.professionals.contains(self.role) { found.append(.init("/role", "Choose what they are")) }
        checked.worksFor = text(self.worksFor, "/works_for", 200)
        checked.registrationNumber = text(self.registrationNumber, "/registration_number", 30)
        if self.register == nil, checked.registrationNumber != nil {
            found.append(.init("/register", "Say which register the number is of"))
        } else if self.register != nil, checked.registrationNumber == nil {
            found.append(.init("/registration_number", "Write the number, or choose no register"))
        }
        checked.telephone = text(self.telephone, "/telephone", 30)
        if let number = checked.telephone, !number.isTelephone {
            found.append(.init("/telephone", "Check the telephone number"))
        }
        checked.email = text(self.email, "/email", 254)
        if let address = checked.email, !address.isEmailAddress {
            found.append(.init("/email", "Check the email address"))
        }
        checked.comesIn = text(self.comesIn, "/comes_in", 500)
        guard found.isEmpty else { throw PeopleError.invalid(found) }
        return checked
    }

    /// In the words of its history.
    func words(_ field: Professional.Field) -> String? {
        switch field {
        case .added, .ended: nil
        case .fullName: self.fullName
        case .role: self.role.title
        case .worksFor: self.worksFor
        case .registration:
            self.register.flatMap { register in
                self.registrationNumber.map { "\(register.rawValue.uppercased()) \($0)" }
            }
        case .telephone: self.telephone
        case .email: self.email
        case .comesIn: self.comesIn
        }
    }
}

/// What somebody changed about a professional, and when.
package struct ProfessionalChange: Described, Equatable {
    package struct Step: Described, Equatable {
        package let field: Professional.Field
        package let was: String?
        package let became: String?

        package static let schema = Schema.object([
            .required("field", .oneOf(Professional.Field.self)), .optional("was", .string(maxLength: 500)),
            .optional("became", .string(maxLength: 500)),
        ])
    }

    package let version: Int
    package let at: Date
    package let by: PersonSummary
    package let steps: [Step]

    package static let schema = Schema.object([
        .required("version", .integer), .required("at", .time), .required("by", PersonSummary.schema),
        .required("steps", .array(Step.schema)),
    ])
}

/// A professional with what was changed about them, the newest first.
package struct ProfessionalRecord: Described, Equatable {
    package let professional: Professional
    package let changes: [ProfessionalChange]

    package static let schema = Schema.object([
        .required("professional", Professional.schema), .required("changes", .array(ProfessionalChange.schema)),
    ])
}
