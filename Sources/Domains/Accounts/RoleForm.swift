import FoundationEssentials
import Kernel
import Web

/// A role as a form has it: text, whatever was typed.
struct RoleForm: Sendable {
    private static let common: [FormField] = [
        .one("role", maxLength: 40), .one("place", maxLength: 80), .one("until", maxLength: 10),
    ]
    static let fields = Self.common + [.one("from", maxLength: 10)]
    /// Whoever is invited begins when they come.
    static let invitationFields = Self.common + [.one("name", maxLength: 100)]

    /// The field for each pointer of a problem.
    static func addresses(_ suffix: String = "") -> [String: String] {
        [
            "/name": "#name\(suffix)", "/role": "#role\(suffix)", "/scope": "#place\(suffix)",
            "/home_id": "#place\(suffix)", "/unit_id": "#place\(suffix)", "/from": "#from\(suffix)",
            "/until": "#until\(suffix)",
        ]
    }

    let text: [String: String]

    init(_ form: Form) {
        self.text = Dictionary(["role", "place", "from", "until"].map { ($0, form.text($0)) }) { $1 }
    }

    /// One that nobody has written in yet.
    init(place: String?) { self.text = ["place": place ?? ""] }

    subscript(_ name: String) -> String { self.text[name] ?? "" }

    /// The role, unless something in the form is none at all; its days are those of the place.
    func role(for visitor: Visitor, at now: Date) throws -> NewRole {
        var found: [Problem.Violation] = []
        let role = Role(rawValue: self["role"])
        if role == nil { found.append(.init("/role", "Choose the role")) }
        let reach = self.reach
        if reach == nil { found.append(.init("/home_id", "Choose where")) }
        let time = visitor.time(at: now, in: self.home)
        let from = Self.day(self["from"], "from", &found).flatMap { time.start(of: $0) }
        let until = Self.day(self["until"], "until", &found).flatMap { time.end(of: $0) }
        guard found.isEmpty, let role, let reach else { throw AccountsError.invalid(found) }
        return NewRole(role, reach, from: from, until: until)
    }

    /// The end that a form gives a role; `nil` for none.
    static func end(_ typed: String, of role: StaffRole, for visitor: Visitor, at now: Date) throws -> Date? {
        var found: [Problem.Violation] = []
        let day = Self.day(typed, "until", &found)
        guard found.isEmpty else { throw AccountsError.invalid(found) }
        return day.flatMap { visitor.time(at: now, in: role.homeId).end(of: $0) }
    }

    private static func day(_ typed: String, _ name: String, _ found: inout [Problem.Violation]) -> LocalDate? {
        guard !typed.isEmpty else { return nil }
        if let day = LocalDate(typed) { return day }
        found.append(.init("/\(name)", "Write the day as year, month and day, such as 2026-02-28"))
        return nil
    }

    private var home: Identifier<Home>? {
        self["place"].split(separator: " ").first.flatMap { Identifier<Home>($0) }
    }

    private var reach: Reach? {
        let parts = self["place"].split(separator: " ")
        if parts == ["organisation"] { return .organisation }
        guard let home = self.home else { return nil }
        switch parts.count {
        case 1: return .home(home)
        case 2: return parts.last.flatMap { Identifier<Kernel.Unit>($0) }.map { .unit($0) }
        default: return nil
        }
    }

    // MARK: As a page has it

    func models(_ words: RoleWords, _ problem: Problem?, hasBeginning: Bool) -> [Model] {
        func error(_ pointers: String...) -> String? { pointers.compactMap { problem?.error(at: $0) }.first }
        var models = [
            FieldModel(
                "role", "Role", .menu(nothing: "Choose", words.roles()), value: self["role"], error: error("/role"),
                isRequired: true
            ).model,
            FieldModel(
                "place", "Where", hint: "The role opens what is there, and nothing elsewhere.",
                .menu(nothing: "Choose", [.init(nil, words.places())]), value: self["place"],
                error: error("/home_id", "/unit_id", "/scope"), isRequired: true
            ).model,
        ]
        if hasBeginning {
            models.append(
                FieldModel(
                    "from", "From", hint: "Leave it empty for now.", .line(type: "date", limit: 10),
                    value: self["from"], error: error("/from")
                ).model)
        }
        models.append(
            FieldModel(
                "until", "Last day", hint: "Leave it empty for somebody who stays. For agency and bank staff, say it.",
                .line(type: "date", limit: 10), value: self["until"], error: error("/until")
            ).model)
        return models
    }
}
