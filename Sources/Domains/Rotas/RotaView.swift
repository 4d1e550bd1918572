import FoundationEssentials
import Kernel
import People
import Web

/// A week of a rota, as `rotas/week` takes it.
struct RotaView {
    static let fields = ["person_id", "kind", "unit_id", "starts", "ends", "position"]

    let home: HomeSummary?
    let id: Identifier<Home>
    let week: RotaWeek
    /// The one that a phone shows.
    let day: LocalDate
    let time: LocalTime
    let mayPlan: Bool

    private static let dayNames = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    private var path: String { "/rota/\(self.id)" }

    func model(newKey: () -> String) -> Model {
        let monday = self.week.monday, today = self.time.today
        return [
            "heading": self.home.map { "Rota at \($0.name)" } ?? "Rota", "tint": (self.home?.tint).orFalse,
            "lead": "Week from \(Self.name(monday)) to \(Self.name(monday.adding(days: 6)))",
            "previous": "\(self.path)?day=\(self.day.adding(days: -7))",
            "next": "\(self.path)?day=\(self.day.adding(days: 7))",
            "today": (today.map { $0.monday == monday } == true ? nil : self.path).orFalse,
            "now": [
                "shifts": self.week.now.shifts.map(self.onNow),
                "managers": self.week.now.managersOnCall.map(self.onNow),
            ] as Model,
            "days": (0..<7).map { self.dayModel(monday.adding(days: $0), today, newKey) },
            "copy":
                (self.mayPlan
                ? ["action": "\(self.path)/copy", "key": newKey(), "monday": monday.description] as Model : nil)
                .orFalse,
            "ladder": "/messages/ladder/\(self.id)",
        ]
    }

    private static func name(_ day: LocalDate) -> String {
        "\(self.dayNames[safe: day.weekday] ?? "") \(day.words)"
    }

    private func unit(_ id: Identifier<Unit>?) -> String? {
        id.flatMap { id in self.home?.units.first { $0.id == id }?.name }
    }

    private func onNow(_ shift: Shift) -> Model {
        [
            "name": shift.person.name, "role": shift.person.title, "initials": shift.person.initials,
            "until": "until \(self.when(shift.endsAt, from: self.time.now))",
            "unit": self.unit(shift.unitId).orFalse,
        ]
    }

    private func dayModel(_ day: LocalDate, _ today: LocalDate?, _ newKey: () -> String) -> Model {
        let shifts = self.week.shifts.filter { self.time.date($0.startsAt) == day }
        let name = Self.dayNames[safe: day.weekday] ?? ""
        return [
            "id": day.description, "heading": "\(name) \(day.words)",
            "short": String(name.prefix(3)), "number": "\(day.day)",
            "href": "\(self.path)?day=\(day)", "isToday": day == today, "isChosen": day == self.day,
            "shifts": shifts.map { self.shift($0, newKey) },
        ]
    }

    private func shift(_ shift: Shift, _ newKey: () -> String) -> Model {
        [
            "id": shift.id.description, "name": shift.person.name, "role": shift.person.title,
            "hours": "\(self.time.time(shift.startsAt)) to \(self.when(shift.endsAt, from: shift.startsAt))",
            "unit": self.unit(shift.unitId).orFalse, "isOnCall": shift.kind == .onCallManager,
            "order": "Asked \(Self.order(shift.position))",
            "note": shift.note.orFalse,
            "remove":
                (self.mayPlan
                ? ["action": "\(self.path)/shifts/\(shift.id)/removal", "key": newKey()] as Model : nil).orFalse,
        ]
    }

    /// The time, with the day if it is another one.
    private func when(_ instant: Date, from other: Date) -> String {
        let clock = self.time.time(instant)
        if self.time.isSameDay(instant, other) { return clock }
        let day = self.time.date(instant).flatMap { Self.dayNames[safe: $0.weekday] } ?? ""
        return "\(clock) on \(day)"
    }

    private static func order(_ position: Int) -> String {
        let words = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
        return words[safe: position - 1] ?? "number \(position)"
    }

    // MARK: The form

    func form(_ typed: Form?, _ problem: Problem?, _ staff: [PersonSummary]) -> [Model] {
        func value(_ name: String, _ otherwise: String = "") -> String { typed?.text(name) ?? otherwise }
        func error(_ name: String) -> String? { problem?.error(at: "/\(name)") }
        let units = self.home?.units ?? []
        var fields = [
            FieldModel(
                "person_id", "Who",
                .menu(nothing: "Choose", [.init(nil, staff.map { ($0.id.description, "\($0.name), \($0.title)") })]),
                value: value("person_id"), error: error("person_id"), isRequired: true),
            FieldModel(
                "kind", "What for",
                .menu(
                    nothing: nil,
                    [
                        .init(
                            nil,
                            [
                                (Shift.Kind.shift.rawValue, "On shift"),
                                (Shift.Kind.onCallManager.rawValue, "Manager on call"),
                            ])
                    ]), value: value("kind", Shift.Kind.shift.rawValue), error: error("kind"), isRequired: true),
        ]
        if !units.isEmpty {
            fields.append(
                FieldModel(
                    "unit_id", "Where",
                    .menu(nothing: "The whole home", [.init(nil, units.map { ($0.id.description, $0.name) })]),
                    value: value("unit_id"), error: error("unit_id")))
        }
        fields += [
            FieldModel(
                "starts", "From", hint: "By the clock of the home.", .line(type: "datetime-local", limit: 40),
                value: value("starts", "\(self.day)T08:00"), error: error("starts"), isRequired: true),
            FieldModel(
                "ends", "Until", hint: "A night shift ends on the next day.",
                .line(type: "datetime-local", limit: 40), value: value("ends", "\(self.day)T20:00"),
                error: error("ends"), isRequired: true),
            FieldModel(
                "position", "Asked", hint: "In which order people are asked when nobody answers an urgent message.",
                .menu(nothing: nil, [.init(nil, (1...9).map { ("\($0)", Self.order($0).capitalised) })]),
                value: value("position", "1"), error: error("position"), isRequired: true),
        ]
        return fields.map(\.model)
    }
}
