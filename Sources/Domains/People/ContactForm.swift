import Kernel
import Web

/// The details of a contact as a form has them: text, whatever was typed.
struct ContactForm: Sendable {
    static let fields: [FormField] = [
        .one("full_name", maxLength: 200), .one("relationship", maxLength: 40), .one("telephone", maxLength: 30),
        .one("email", maxLength: 254), .one("is_emergency", maxLength: 5), .one("authority", maxLength: 40),
        .one("authority_scope", maxLength: 500), .one("authority_verified_on", maxLength: 10),
    ]
    static let names = [
        "full_name", "relationship", "telephone", "email", "is_emergency", "authority", "authority_scope",
        "authority_verified_on",
    ]

    let text: [String: String]

    init(_ form: Form) { self.text = Dictionary(Self.names.map { ($0, form.text($0)) }) { $1 } }

    init(_ contact: Contact) {
        self.text = [
            "full_name": contact.fullName, "relationship": contact.relationship.rawValue,
            "telephone": contact.telephone ?? "", "email": contact.email ?? "",
            "is_emergency": contact.isEmergency ? "yes" : "no", "authority": contact.authority.rawValue,
            "authority_scope": contact.authorityScope ?? "",
            "authority_verified_on": contact.authorityVerifiedOn?.description ?? "",
        ]
    }

    /// A form that nobody has written in yet.
    init() { self.text = ["is_emergency": "no", "authority": Contact.Authority.nothing.rawValue] }

    subscript(_ name: String) -> String { self.text[name] ?? "" }

    func details() throws -> ContactDetails {
        var found: [Problem.Violation] = []
        let relationship = Contact.Relationship(rawValue: self["relationship"])
        if relationship == nil { found.append(.init("/relationship", "Say who they are to the resident")) }
        let authority = Contact.Authority(rawValue: self["authority"])
        if authority == nil { found.append(.init("/authority", "Choose what the law lets them decide")) }
        let verified = LocalDate(self["authority_verified_on"])
        if verified == nil, !self["authority_verified_on"].isEmpty {
            found.append(
                .init("/authority_verified_on", "Write the day as year, month and day, such as 2026-02-28"))
        }
        guard found.isEmpty, let relationship, let authority else { throw PeopleError.invalid(found) }
        return ContactDetails(
            fullName: self["full_name"], relationship: relationship, telephone: self["telephone"], email: self["email"],
            isEmergency: self["is_emergency"] == "yes", authority: authority, authorityScope: self["authority_scope"],
            authorityVerifiedOn: verified)
    }

    /// The fields of a form; `suffix` keeps their ids apart where there are several, `now` is what is stored meanwhile.
    func models(_ suffix: String, _ problem: Problem?, now: ContactForm? = nil) -> [Model] {
        let relationships = Contact.Relationship.allCases.map { ($0.rawValue, $0.words) }
        let authorities = Contact.Authority.allCases.map { ($0.rawValue, $0.words) }
        func field(
            _ name: String, _ label: String, hint: String? = nil, _ control: FieldModel.Control,
            isRequired: Bool = false
        ) -> Model {
            let stored = now.flatMap { $0[name] == self[name] ? nil : Self.words(name, $0[name]) }
            return FieldModel(
                name, id: "\(name)\(suffix)", label, hint: hint, control, value: self[name],
                error: problem?.error(at: "/\(name)"), now: stored, isRequired: isRequired
            ).model
        }
        return [
            field("full_name", "Name", .line(type: "text", limit: 200), isRequired: true),
            field(
                "relationship", "Who they are to the resident", .menu(nothing: "Choose", [.init(nil, relationships)]),
                isRequired: true),
            field("telephone", "Telephone", .line(type: "tel", limit: 30)),
            field("email", "Email", .line(type: "email", limit: 254)),
            field(
                "is_emergency", "Are they rung first when something happens?",
                .menu(nothing: nil, [.init(nil, [("no", "No"), ("yes", "Yes")])])),
            field(
                "authority", "What the law lets them decide",
                hint: "To be next of kin, or to pay the fees, gives nobody a say.",
                .menu(nothing: nil, [.init(nil, authorities)])),
            field("authority_scope", "What the papers say it is for, and what not", .area(limit: 500)),
            field(
                "authority_verified_on", "When you saw the papers",
                hint: "Leave it empty until somebody has. Until then they are treated as family.",
                .line(type: "date", limit: 10)),
        ]
    }

    private static func words(_ name: String, _ value: String) -> String {
        let words: String? =
            switch name {
            case "relationship": Contact.Relationship(rawValue: value)?.words
            case "authority": Contact.Authority(rawValue: value)?.words
            case "authority_verified_on": LocalDate(value)?.words
            case "is_emergency": value == "yes" ? "Yes" : "No"
            default: value
            }
        guard let words, !words.isEmpty else { return "nothing" }
        return words
    }
}
