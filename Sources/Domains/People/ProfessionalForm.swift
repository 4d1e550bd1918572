import Kernel
import Web

/// The details of a professional as a form has them: text, whatever was typed.
struct ProfessionalForm: Sendable {
    static let names = [
        "full_name", "role", "works_for", "register", "registration_number", "telephone", "email", "comes_in",
    ]
    static let fields: [FormField] = [
        .one("full_name", maxLength: 200), .one("role", maxLength: 40), .one("works_for", maxLength: 200),
        .one("register", maxLength: 20), .one("registration_number", maxLength: 30), .one("telephone", maxLength: 30),
        .one("email", maxLength: 254), .one("comes_in", maxLength: 500),
    ]

    let text: [String: String]

    init(_ form: Form) { self.text = Dictionary(Self.names.map { ($0, form.text($0)) }) { $1 } }

    init(_ details: ProfessionalDetails) {
        self.text = [
            "full_name": details.fullName, "role": details.role.rawValue, "works_for": details.worksFor ?? "",
            "register": details.register?.rawValue ?? "", "registration_number": details.registrationNumber ?? "",
            "telephone": details.telephone ?? "", "email": details.email ?? "", "comes_in": details.comesIn ?? "",
        ]
    }

    /// A form that nobody has written in yet.
    init() { self.text = [:] }

    subscript(_ name: String) -> String { self.text[name] ?? "" }

    func details() throws -> ProfessionalDetails {
        var found: [Problem.Violation] = []
        let role = Professional.roles.first { $0.rawValue == self["role"] }
        if role == nil { found.append(.init("/role", "Choose what they are")) }
        let register = ProfessionalRegister(rawValue: self["register"])
        if register == nil, !self["register"].isEmpty {
            found.append(.init("/register", "Choose a register of the list"))
        }
        guard found.isEmpty, let role else { throw PeopleError.invalid(found) }
        return ProfessionalDetails(
            fullName: self["full_name"], role: role, worksFor: self["works_for"], register: register,
            registrationNumber: self["registration_number"], telephone: self["telephone"], email: self["email"],
            comesIn: self["comes_in"])
    }

    static func summary(_ problem: Problem) -> Model {
        problem.summary(Dictionary(Self.names.map { ("/\($0)", "#\($0)") }) { first, _ in first })
    }

    /// The fields of the form; `now` is what is stored meanwhile.
    func models(_ problem: Problem?, now: ProfessionalForm? = nil) -> [Model] {
        func field(
            _ name: String, _ label: String, hint: String? = nil, _ control: FieldModel.Control,
            isRequired: Bool = false
        ) -> Model {
            let stored = now.flatMap { $0[name] == self[name] ? nil : Self.words(name, $0[name]) }
            return FieldModel(
                name, label, hint: hint, control, value: self[name], error: problem?.error(at: "/\(name)"),
                now: stored, isRequired: isRequired
            ).model
        }
        let roles = Professional.roles.map { ($0.rawValue, $0.title) }
        let registers = ProfessionalRegister.allCases.map { ($0.rawValue, $0.words) }
        return [
            field("full_name", "Name", .line(type: "text", limit: 200), isRequired: true),
            field("role", "What they are", .menu(nothing: "Choose", [.init(nil, roles)]), isRequired: true),
            field("works_for", "Whom they work for", .line(type: "text", limit: 200)),
            field("telephone", "Telephone", .line(type: "tel", limit: 30)),
            field("email", "Email", .line(type: "email", limit: 254)),
            field("comes_in", "Where they come in, and when", .area(limit: 500)),
            field(
                "register", "Register",
                hint: "If they told you their number. It is kept as they say it: ask the register.",
                .menu(nothing: "None", [.init(nil, registers)])),
            field("registration_number", "Number in the register", .line(type: "text", limit: 30)),
        ]
    }

    private static func words(_ name: String, _ value: String) -> String {
        let words: String? =
            switch name {
            case "role": Role(rawValue: value)?.title
            case "register": ProfessionalRegister(rawValue: value)?.words
            default: value
            }
        guard let words, !words.isEmpty else { return "nothing" }
        return words
    }
}
