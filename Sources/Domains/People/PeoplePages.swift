package import Foundation
import Hummingbird
package import Kernel
package import Web

/// `/residents`: who lives here, and everything about one of them that the reader may see.
package struct PeoplePages: Sendable {
    /// The lines of the conversations about a resident, from the module that has them.
    package typealias Conversations = @Sendable (Identifier<Person>, Visitor, Date) async throws -> [Model]

    let people: PeopleService
    let conversations: Conversations

    package init(_ people: PeopleService, conversations: @escaping Conversations) {
        self.people = people
        self.conversations = conversations
    }

    package func register(on pages: inout PageRoutes) {
        pages.get(
            "residents", needs: ListResidents.self,
            query: [
                QueryParameter("home", .identifier), QueryParameter("q", .string(maxLength: 100)),
                QueryParameter("before", .cursor),
            ], self.list)
        pages.get("residents/{resident}", needs: ReadResident.self, self.show)
    }

    // MARK: The list

    @Sendable func list(_ call: PageCall) async throws -> Response {
        let home = call.visitor.home(call.query("home").flatMap { Identifier($0) })
        if call.query("home") != nil, home == nil { throw PeopleError.notFound }
        var filter = ResidentFilter()
        filter.home = home?.id
        filter.search = call.query("q")
        let before = call.query("before")
        let page = try await self.people.residents(
            filter, after: before.map { try Keyset($0, parts: 2) }, for: call.principal)
        let mine = call.visitor.homes.filter(\.isMine)
        let address = Self.address(home: home, search: filter.search)
        let model: Model = [
            "heading": "Residents",
            "lead": home.map { "Who lives at \($0.name)." } ?? "Who lives in the homes and units you work in.",
            "filters": mine.count < 2
                ? [Model]()
                : [["text": "All homes", "href": "/residents", "isCurrent": home == nil] as Model]
                    + mine.map {
                        ["text": $0.name, "href": "/residents?home=\($0.id)", "isCurrent": $0.id == home?.id]
                    },
            "home": (home?.id.description).orFalse, "q": filter.search ?? "",
            "found": self.found(page, filter.search),
            "items": page.items.map { self.item($0, call.visitor) },
            "nothing": (page.items.isEmpty ? self.nothing(filter.search) : nil).orFalse,
            "first": (before == nil ? nil : address).orFalse,
            "next": page.next.map { "\(address)\(address.contains("?") ? "&" : "?")before=\($0)" }.orFalse,
        ]
        return try await call.page("people/residents", model, title: "Residents", nav: .residents, home: home)
    }

    private static func address(home: HomeSummary?, search: String?) -> String {
        let unreserved = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        let search = search?.addingPercentEncoding(withAllowedCharacters: unreserved)
        let parts = [home.map { "home=\($0.id)" }, search.map { "q=\($0)" }].compactMap { $0 }
        return parts.isEmpty ? "/residents" : "/residents?\(parts.joined(separator: "&"))"
    }

    private func found(_ page: Page<Resident>, _ search: String?) -> String {
        let number = "\(page.items.count)\(page.next == nil ? "" : " and more")"
        let noun = page.items.count == 1 ? "resident" : "residents"
        return "\(number) \(noun)\(search == nil ? "" : " with that name"), by name"
    }

    private func nothing(_ search: String?) -> Model {
        search == nil
            ? [
                "title": "No residents here yet",
                "text": "Residents of the homes and units you work in are listed here.",
                "action": false,
            ]
            : [
                "title": "Nobody has that name",
                "text": "Try a part of the first or the last name. You see only the homes and units you work in.",
                "action": ["href": "/residents", "text": "See everybody"] as Model,
            ]
    }

    private func item(_ resident: Resident, _ visitor: Visitor) -> Model {
        let home = visitor.home(resident.homeId)
        return [
            "href": "/residents/\(resident.id)", "name": resident.fullName,
            "initials": PersonName.initials(resident.fullName), "tint": (home?.tint).orFalse,
            "preferred": resident.calledDifferently.map { "Likes to be called \($0)" }.orFalse, "room": resident.room,
            "home": home?.name ?? "", "unit": home?.unit(resident.unitId).orFalse ?? false,
            "keyWorker": resident.keyWorker?.name ?? "Nobody yet",
            "status": ["text": resident.status.words, "isHere": resident.status.isHere] as Model,
        ]
    }

    // MARK: One resident

    @Sendable func show(_ call: PageCall) async throws -> Response {
        let record = try await self.people.resident(call.identifier("resident"), for: call.principal)
        let resident = record.resident, home = call.visitor.home(resident.homeId)
        let time = call.visitor.time(at: call.now, in: resident.homeId)
        let rows = try await self.conversations(resident.id, call.visitor, call.now)
        let unit = home?.unit(resident.unitId)
        let place = ["Room \(resident.room)", unit, home?.name].compactMap { $0 }.joined(separator: ", ")
        let model: Model = [
            "back": ["href": home.map { "/residents?home=\($0.id)" } ?? "/residents", "text": "Residents"] as Model,
            "resident": [
                "name": resident.fullName, "called": resident.preferredName,
                "initials": PersonName.initials(resident.fullName), "tint": (home?.tint).orFalse,
                "lead": [resident.calledDifferently.map { "Likes to be called \($0)." }, "\(place)."].compactMap { $0 }
                    .joined(separator: " "),
            ] as Model,
            "write": (Role.staff.isDisjoint(with: call.principal.roles) ? nil : "/messages/new?resident=\(resident.id)")
                .orFalse,
            "urgent": rows.compactMap(self.urgent),
            "facts": self.facts(resident, place: place, time),
            "careTeam": record.careTeam.map { person -> Model in
                [
                    "name": person.name, "role": person.title, "initials": person.initials,
                    "isKeyWorker": person.id == resident.keyWorker?.id,
                ]
            },
            "conversations": rows, "older": false, "everything": "/residents/\(resident.id)/messages",
            "opened": "You opened this page at \(time.time(call.now)). Each opening is recorded.",
        ]
        return try await call.page(
            "people/resident", model, title: "\(resident.fullName) · Residents", nav: .residents, home: home)
    }

    /// A conversation with an urgent message that is not answered stands above the facts, too.
    private func urgent(_ row: Model) -> Model? {
        guard let urgent = row["urgent"] as? String else { return nil }
        return [
            "id": row["id"] ?? "", "title": urgent, "text": row["urgentText"] ?? "",
            "href": row["urgentHref"] ?? "/messages",
        ]
    }

    private func facts(_ resident: Resident, place: String, _ time: LocalTime) -> [Model] {
        func fact(_ term: String, _ text: String, _ source: String? = nil) -> Model {
            ["term": term, "text": text, "source": source.orFalse]
        }
        var facts = [fact("Where", place), fact("Now", resident.status.words)]
        if let born = resident.dateOfBirth {
            let age = time.today.map { ", \(born.years(until: $0)) years old" } ?? ""
            facts.append(fact("Born", "\(born.words)\(resident.status == .died ? "" : age)"))
        }
        facts.append(fact("Moved in", resident.movedInOn.words))
        facts.append(fact("Key worker", resident.keyWorker?.name ?? "Nobody yet"))
        return facts
    }
}

extension Resident {
    /// The name they go by, if it is not the first of their full name.
    fileprivate var calledDifferently: String? {
        self.fullName.split(separator: " ").first.map(String.init) == self.preferredName ? nil : self.preferredName
    }
}

extension Resident.Status {
    fileprivate var isHere: Bool { self == .current || self == .respite }
}

extension HomeSummary {
    fileprivate func unit(_ id: Identifier<Kernel.Unit>?) -> String? { self.units.first { $0.id == id }?.name }
}
