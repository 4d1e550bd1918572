import FoundationEssentials
import Kernel
import Web

/// The details of a resident as a form has them: text, whatever was typed.
struct ResidentForm: Sendable {
    static let fields: [FormField] = [
        .one("full_name", maxLength: 200), .one("preferred_name", maxLength: 100), .one("date_of_birth", maxLength: 10),
        .one("nhs_number", maxLength: 20), .one("place", maxLength: 80), .one("room", maxLength: 20),
        .one("key_worker", maxLength: 36), .one("moved_in_on", maxLength: 10), .one("status", maxLength: 20),
        .one("died_on", maxLength: 10),
    ]

    /// The field for each pointer of a problem.
    private static let addresses = [
        "/full_name": "#full_name", "/preferred_name": "#preferred_name", "/date_of_birth": "#date_of_birth",
        "/nhs_number": "#nhs_number", "/home_id": "#place", "/unit_id": "#place", "/room": "#room",
        "/key_worker_id": "#key_worker", "/moved_in_on": "#moved_in_on", "/status": "#status", "/died_on": "#died_on",
    ]

    let text: [String: String]

    init(_ form: Form) { self.text = Dictionary(Self.names.map { ($0, form.text($0)) }) { $1 } }

    init(_ record: ResidentRecord) {
        let resident = record.resident
        self.text = [
            "full_name": resident.fullName, "preferred_name": resident.preferredName,
            "date_of_birth": resident.dateOfBirth?.description ?? "", "nhs_number": record.nhsNumber?.description ?? "",
            "place": Self.place(resident.homeId, resident.unitId), "room": resident.room,
            "key_worker": resident.keyWorker?.id.description ?? "", "moved_in_on": resident.movedInOn.description,
            "status": resident.status.rawValue, "died_on": resident.diedOn?.description ?? "",
        ]
    }

    /// A form that nobody has written in yet.
    init(home: Identifier<Home>?, today: LocalDate?) {
        self.text = [
            "place": home.map { Self.place($0, nil) } ?? "", "status": Resident.Status.current.rawValue,
            "moved_in_on": today?.description ?? "",
        ]
    }

    private static let names = [
        "full_name", "preferred_name", "date_of_birth", "nhs_number", "place", "room", "key_worker", "moved_in_on",
        "status", "died_on",
    ]

    static func place(_ home: Identifier<Home>, _ unit: Identifier<Kernel.Unit>?) -> String {
        [home.description, unit?.description].compactMap { $0 }.joined(separator: " ")
    }

    subscript(_ name: String) -> String { self.text[name] ?? "" }

    /// The details, unless something in the form is none at all.
    func details() throws -> ResidentDetails {
        var found: [Problem.Violation] = []
        func day(_ name: String) -> LocalDate? {
            let typed = self[name]
            guard !typed.isEmpty, LocalDate(typed) == nil else { return LocalDate(typed) }
            found.append(.init("/\(name)", "Write the day as year, month and day, such as 2026-02-28"))
            return nil
        }
        let born = day("date_of_birth"), movedIn = day("moved_in_on"), died = day("died_on")
        if self["moved_in_on"].isEmpty { found.append(.init("/moved_in_on", "Say when they moved in")) }
        let parts = self["place"].split(separator: " ")
        let home = parts.first.flatMap { Identifier<Home>($0) }
        let unit = parts.count > 1 ? parts.last.flatMap { Identifier<Kernel.Unit>($0) } : nil
        if home == nil || parts.count > 2 || parts.count == 2 && unit == nil {
            found.append(.init("/home_id", "Choose the home"))
        }
        let worker = Identifier<Person>(self["key_worker"])
        if worker == nil, !self["key_worker"].isEmpty {
            found.append(.init("/key_worker_id", "Choose somebody who works here"))
        }
        let status = Resident.Status(rawValue: self["status"])
        if status == nil { found.append(.init("/status", "Say how it is with them now")) }
        guard found.isEmpty, let home, let movedIn, let status else { throw PeopleError.invalid(found) }
        return ResidentDetails(
            fullName: self["full_name"], preferredName: self["preferred_name"], dateOfBirth: born, homeId: home,
            unitId: unit, room: self["room"], status: status, movedInOn: movedIn, diedOn: died, keyWorkerId: worker,
            nhsNumber: self["nhs_number"])
    }

    // MARK: As a page has it

    /// What the fields offer, and what is said beside them.
    struct Surroundings {
        let visitor: Visitor
        let staff: [PersonSummary]
        var problem: Problem?
        /// What is stored by now, if somebody else has changed it.
        var now: ResidentForm?
    }

    func models(_ around: Surroundings) -> [Model] {
        func field(
            _ name: String, _ label: String, hint: String? = nil, pointers: [String] = [],
            _ control: FieldModel.Control, isRequired: Bool = false
        ) -> Model {
            let error = (["/\(name)"] + pointers).compactMap { around.problem?.error(at: $0) }.first
            let now = around.now.flatMap { $0[name] == self[name] ? nil : $0.words(name, around) }
            return FieldModel(
                name, label, hint: hint, control, value: self[name], error: error, now: now, isRequired: isRequired
            ).model
        }
        return [
            field("full_name", "Name", .line(type: "text", limit: 200), isRequired: true),
            field(
                "preferred_name", "What they like to be called", hint: "Leave it empty for their first name.",
                .line(type: "text", limit: 100)),
            field("date_of_birth", "Date of birth", .line(type: "date", limit: 10)),
            field(
                "nhs_number", "NHS number", hint: "Ten digits, such as 999 000 0018. You may leave it out.",
                .line(type: "text", limit: 20)),
            field(
                "place", "Home and unit", pointers: ["/home_id", "/unit_id"],
                .menu(nothing: "Choose", Self.places(around.visitor)), isRequired: true),
            field("room", "Room", .line(type: "text", limit: 20), isRequired: true),
            field(
                "key_worker", "Key worker", hint: "They come into the care team.", pointers: ["/key_worker_id"],
                .menu(nothing: "Nobody yet", Self.staff(around))),
            field("moved_in_on", "Moved in on", .line(type: "date", limit: 10), isRequired: true),
            field(
                "status", "How it is now",
                .menu(nothing: nil, [.init(nil, Resident.Status.allCases.map { ($0.rawValue, $0.words) })])),
            field(
                "died_on", "If they have died, on which day",
                hint: "We are sorry. Their page and everything said about them stay as they are.",
                .line(type: "date", limit: 10)),
        ]
    }

    func summary(_ problem: Problem) -> Model { problem.summary(Self.addresses) }

    /// A stored value as a person reads it.
    private func words(_ name: String, _ around: Surroundings) -> String {
        let value = self[name]
        let words: String? =
            switch name {
            case "date_of_birth", "moved_in_on", "died_on": LocalDate(value)?.words
            case "status": Resident.Status(rawValue: value)?.words
            case "key_worker": around.staff.first { $0.id.description == value }?.name
            case "place": Self.places(around.visitor).flatMap(\.options).first { $0.value == value }?.text
            default: value
            }
        guard let words, !words.isEmpty else { return "nothing" }
        return words
    }

    private static func places(_ visitor: Visitor) -> [FieldModel.Group] {
        visitor.homes.filter(\.isMine).map { home in
            .init(
                home.name,
                [(Self.place(home.id, nil), home.units.isEmpty ? home.name : "\(home.name), no unit")]
                    + home.units.map { (Self.place(home.id, $0.id), "\($0.name), \(home.name)") })
        }
    }

    private static func staff(_ around: Surroundings) -> [FieldModel.Group] {
        let groups =
            around.visitor.homes.map { home in (home.name, around.staff.filter { $0.homeId == home.id }) }
            + [("Whole organisation", around.staff.filter { $0.homeId == nil })]
        return groups.map { name, people in
            .init(name, people.map { ($0.id.description, "\($0.name), \($0.title)") })
        }
    }
}
