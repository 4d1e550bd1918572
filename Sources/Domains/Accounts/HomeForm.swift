import FoundationEssentials
import Kernel
import Web

/// A home or a unit as a form has it: text, whatever was typed.
struct HomeForm: Sendable {
    private static let names = ["name", "type", "tint", "time_zone", "position"]
    static let fields: [FormField] = Self.names.map { .one($0, maxLength: 100) }
    static let unitFields: [FormField] = [.one("name", maxLength: 100), .one("position", maxLength: 100)]

    /// The places in which homes of this product's users stand.
    private static let zones = [
        ("Europe/London", "Great Britain and Northern Ireland"), ("Europe/Jersey", "Jersey"),
        ("Europe/Guernsey", "Guernsey"), ("Europe/Isle_of_Man", "Isle of Man"), ("Europe/Dublin", "Ireland"),
    ]

    static func addresses(_ suffix: String) -> [String: String] {
        Dictionary(Self.names.map { ("/\($0)", "#\($0)\(suffix)") }) { first, _ in first }
    }

    let text: [String: String]

    init(_ form: Form) { self.text = Dictionary(Self.names.map { ($0, form.text($0)) }) { $1 } }

    init(_ home: HomeEntry) {
        self.text = [
            "name": home.name, "type": home.type?.rawValue ?? "", "tint": home.tint, "time_zone": home.timeZone,
            "position": "\(home.position)",
        ]
    }

    init(_ unit: UnitEntry) { self.text = ["name": unit.name, "position": "\(unit.position)"] }

    /// One that nobody has written in yet.
    init() { self.text = ["tint": Tint.rowan.rawValue, "time_zone": "Europe/London"] }

    subscript(_ name: String) -> String { self.text[name] ?? "" }

    func details() throws -> HomeDetails {
        var found: [Problem.Violation] = []
        let tint = Tint(rawValue: self["tint"]), type = HomeType(rawValue: self["type"])
        if tint == nil { found.append(.init("/tint", "Choose the colour")) }
        if type == nil, !self["type"].isEmpty { found.append(.init("/type", "Choose what it is registered for")) }
        let position = self.position(&found)
        guard found.isEmpty, let tint else { throw AccountsError.invalid(found) }
        return HomeDetails(name: self["name"], type: type, tint: tint, timeZone: self["time_zone"], position: position)
    }

    func unit() throws -> UnitDetails {
        var found: [Problem.Violation] = []
        let position = self.position(&found)
        guard found.isEmpty else { throw AccountsError.invalid(found) }
        return UnitDetails(name: self["name"], position: position)
    }

    private func position(_ found: inout [Problem.Violation]) -> Int? {
        let typed = self["position"].trimmed
        if typed.isEmpty { return nil }
        if let position = Int(typed), (1...1_000).contains(position) { return position }
        found.append(.init("/position", "Write a number from 1 to 1000"))
        return nil
    }

    // MARK: As a page has it

    /// - Parameters:
    ///   - suffix: What keeps the ids of this form's fields apart from those of the others.
    ///   - problem: What is wrong with what was typed.
    ///   - now: What is stored by now, if somebody else has changed it.
    /// - Returns: The fields of a home.
    func models(_ suffix: String, _ problem: Problem?, now: HomeForm? = nil) -> [Model] {
        func field(_ name: String, _ label: String, hint: String? = nil, _ control: FieldModel.Control) -> Model {
            self.field(name, label, hint: hint, control, suffix, problem, now)
        }
        let types: [(value: String, text: String)] = HomeType.allCases.map { ($0.rawValue, $0.words) }
        let tints: [(value: String, text: String)] = Tint.allCases.map { ($0.rawValue, $0.words) }
        // One that was set through the API stays what it is.
        let known = Self.zones.contains { $0.0 == self["time_zone"] } || self["time_zone"].isEmpty
        let zones: [(value: String, text: String)] =
            (known ? [] : [(self["time_zone"], self["time_zone"])]) + Self.zones.map { ($0.0, $0.1) }
        return [
            field("name", "Name", .line(type: "text", limit: 100)),
            field("type", "Registered for", .menu(nothing: "Not said yet", [.init(nil, types)])),
            field(
                "tint", "Colour", hint: "It says on every page where one is.", .menu(nothing: nil, [.init(nil, tints)])),
            field("time_zone", "Where it stands", .menu(nothing: nil, [.init(nil, zones)])),
            field("position", "Place in the list", hint: "1 comes first.", .line(type: "text", limit: 4)),
        ]
    }

    func unitModels(_ suffix: String, _ problem: Problem?, now: HomeForm? = nil) -> [Model] {
        [
            self.field("name", "Name", .line(type: "text", limit: 100), suffix, problem, now),
            self.field(
                "position", "Place in the list", hint: "1 comes first.", .line(type: "text", limit: 4), suffix, problem,
                now),
        ]
    }

    private func field(
        _ name: String, _ label: String, hint: String? = nil, _ control: FieldModel.Control, _ suffix: String,
        _ problem: Problem?, _ now: HomeForm?
    ) -> Model {
        let stored = now.flatMap { $0[name] == self[name] ? nil : $0[name].isEmpty ? "nothing" : $0[name] }
        return FieldModel(
            name, id: "\(name)\(suffix)", label, hint: hint, control, value: self[name],
            error: problem?.error(at: "/\(name)"), now: stored, isRequired: name == "name"
        ).model
    }
}

extension HomeType {
    fileprivate var words: String {
        switch self {
        case .nursing: "Nursing"
        case .residential: "Residential"
        case .dual: "Nursing and residential"
        }
    }
}

extension Tint {
    fileprivate var words: String {
        switch self {
        case .rowan: "Purple"
        case .harbour: "Blue"
        case .orchard: "Green"
        }
    }
}
