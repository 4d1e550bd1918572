import FoundationEssentials
import Kernel
import People
import Web

/// Roles and where they reach, as a page says them to one reader.
struct RoleWords: Sendable {
    let visitor: Visitor
    let now: Date

    func initials(_ name: String) -> String { PersonName.initials(name) }

    func place(_ place: Place) -> String {
        guard let id = place.home else { return "Whole organisation" }
        guard let home = self.visitor.home(id) else { return "Another home" }
        guard let unit = place.unit else { return home.name }
        return "\(home.units.first { $0.id == unit }?.name ?? "A unit"), \(home.name)"
    }

    /// When it begins and ends, if it does; `nil` for a role that is held and stays.
    func period(_ role: StaffRole) -> String? {
        let time = self.visitor.time(at: self.now, in: role.homeId)
        let from = role.from > self.now ? "from \(time.day(role.from))" : nil
        let until = role.until.map { "until \(self.lastDay($0, time))" }
        let words = [from, until].compactMap { $0 }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }

    /// The last day of what ends at this instant.
    func lastDay(_ end: Date, _ time: LocalTime) -> String {
        time.day(end.addingTimeInterval(-1))
    }

    // MARK: What forms offer

    /// The places in which somebody may give any role at all.
    func places() -> [(value: String, text: String)] {
        let principal = self.visitor.principal
        let whole = principal.roles(givenAt: Place(home: nil)).isEmpty ? [] : [("organisation", "Whole organisation")]
        return whole
            + self.visitor.homes.flatMap { home -> [(String, String)] in
                let places = [Place(home: home.id)] + home.units.map { Place(home: home.id, unit: $0.id) }
                return places.filter { !principal.roles(givenAt: $0).isEmpty }.map { place in
                    (Self.value(place), self.place(place))
                }
            }
    }

    /// The roles that somebody may give anywhere, those of care first.
    func roles() -> [FieldModel.Group] {
        let all = InviteColleague.lines(for: self.visitor.principal).reduce(into: Set<String>()) {
            $0.formUnion($1.states)
        }
        let groups: [(String, Set<Role>)] = [
            ("Care", Role.care), ("House and office", Role.house), ("In charge", Role.management),
        ]
        return groups.map { name, roles in
            .init(
                name,
                Role.allCases.filter { roles.contains($0) && all.contains($0.rawValue) }.map { ($0.rawValue, $0.title) }
            )
        }
    }

    static func value(_ place: Place) -> String {
        guard let home = place.home else { return "organisation" }
        return [home.description, place.unit?.description].compactMap { $0 }.joined(separator: " ")
    }
}
