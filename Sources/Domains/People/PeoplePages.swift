package import Foundation
import Hummingbird
package import Kernel
package import Web

/// `/residents`: who lives here, and everything about one of them that the reader may see.
package struct PeoplePages: Sendable {
    /// The lines of the conversations about a resident, from the module that has them.
    package typealias Conversations = @Sendable (Identifier<Person>, Visitor, Date) async throws -> [Model]

    /// Which contacts of a resident are invited to write with the home and have not come, from the module that knows.
    package typealias Invitations =
        @Sendable (Identifier<Person>, Principal) async throws -> [Identifier<Contact>: OpenInvitation]

    let people: PeopleService
    let conversations: Conversations
    let invitations: Invitations

    package init(
        _ people: PeopleService, invitations: @escaping Invitations, conversations: @escaping Conversations
    ) {
        self.people = people
        self.invitations = invitations
        self.conversations = conversations
    }

    package func register(on pages: inout PageRoutes) {
        pages.get(
            "residents", needs: ListResidents.self,
            query: [
                QueryParameter("home", .identifier), QueryParameter("unit", .identifier),
                QueryParameter("status", .oneOf(Resident.Status.self)), QueryParameter("q", .string(maxLength: 100)),
                QueryParameter("before", .cursor),
            ], self.list)
        self.registerForms(on: &pages)
        self.registerImport(on: &pages)
        self.registerResident(on: &pages)
        self.registerNeeds(on: &pages)
        self.registerContacts(on: &pages)
        self.registerProfessionals(on: &pages)
        self.registerResidentProfessionals(on: &pages)
        self.registerPhotos(on: &pages)
        self.registerEmergencies(on: &pages)
    }

    // MARK: The list

    @Sendable func list(_ call: PageCall) async throws -> Response {
        let home = call.visitor.home(call.query("home").flatMap { Identifier($0) })
        if call.query("home") != nil, home == nil { throw PeopleError.notFound }
        let unit = call.query("unit").flatMap { Identifier<Kernel.Unit>($0) }
        var filter = ResidentFilter()
        filter.home = home?.id
        filter.unit = unit
        filter.status = call.query("status").flatMap { Resident.Status(rawValue: $0) }
        filter.search = call.query("q")
        let before = call.query("before")
        let page = try await self.people.residents(
            filter, after: before.map { try Keyset($0, parts: 2) }, for: call.principal)
        let mine = call.visitor.homes.filter(\.isMine)
        let address = Self.address(filter)
        let mayAdmit = call.principal.may(AdmitResident.self, call.principal.membership)
        let model: Model = [
            "heading": "Residents",
            "lead": home.map { "Who lives at \($0.name)." } ?? "Who lives in the homes and units you work in.",
            "new": (mayAdmit ? home.map { "/residents/new?home=\($0.id)" } ?? "/residents/new" : nil).orFalse,
            "professionals":
                (call.principal.may(ListProfessionals.self, call.principal.membership) ? "/professionals" : nil)
                .orFalse,
            "emergency":
                (call.principal.may(OpenInEmergency.self, call.principal.membership)
                ? "\(Self.emergenciesPath)/new" : nil).orFalse,
            "emergencies":
                (call.principal.may(ListEmergencies.self, call.principal.membership) ? Self.emergenciesPath : nil)
                .orFalse,
            "import": (mayAdmit ? "/residents/import" : nil).orFalse,
            "filters": mine.count < 2
                ? [Model]()
                : [["text": "All homes", "href": "/residents", "isCurrent": home == nil] as Model]
                    + mine.map {
                        ["text": $0.name, "href": "/residents?home=\($0.id)", "isCurrent": $0.id == home?.id]
                    },
            "home": (home?.id.description).orFalse, "q": filter.search ?? "",
            "units": self.units(of: home.map { [$0] } ?? mine, chosen: unit),
            "statuses": Resident.Status.allCases.map { one -> Model in
                ["value": one.rawValue, "text": one.words, "isSelected": one == filter.status]
            },
            "found": self.found(page, filter.search),
            "items": page.items.map { self.item($0, call.visitor) },
            "nothing": (page.items.isEmpty ? self.nothing(filter) : nil).orFalse,
            "first": (before == nil ? nil : address).orFalse,
            "next": page.next.map { "\(address)\(address.contains("?") ? "&" : "?")before=\($0)" }.orFalse,
        ]
        return try await call.page("people/residents", model, title: "Residents", nav: .residents, home: home)
    }

    private func units(of homes: [HomeSummary], chosen: Identifier<Kernel.Unit>?) -> [Model] {
        homes.flatMap { home in
            home.units.map { unit in
                [
                    "value": unit.id.description, "text": homes.count > 1 ? "\(unit.name), \(home.name)" : unit.name,
                    "isSelected": unit.id == chosen,
                ]
            }
        }
    }

    private static func address(_ filter: ResidentFilter) -> String {
        let unreserved = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        let search = filter.search?.addingPercentEncoding(withAllowedCharacters: unreserved)
        let parts = [
            filter.home.map { "home=\($0)" }, filter.unit.map { "unit=\($0)" },
            filter.status.map { "status=\($0.rawValue)" }, search.map { "q=\($0)" },
        ].compactMap { $0 }
        return parts.isEmpty ? "/residents" : "/residents?\(parts.joined(separator: "&"))"
    }

    private func found(_ page: Page<Resident>, _ search: String?) -> String {
        let number = "\(page.items.count)\(page.next == nil ? "" : " and more")"
        let noun = page.items.count == 1 ? "resident" : "residents"
        return "\(number) \(noun)\(search == nil ? "" : " with that name or room"), by name"
    }

    private func nothing(_ filter: ResidentFilter) -> Model {
        if filter.search == nil, filter.unit == nil, filter.status == nil {
            return [
                "title": "No residents here yet",
                "text": "Residents of the homes and units you work in are listed here.", "action": false,
            ]
        }
        return [
            "title": filter.search == nil ? "Nobody here" : "Nobody has that name",
            "text": filter.search == nil
                ? "Nobody you may see is in this unit, or is so. You see only the homes and units you work in."
                : "Try a part of the first or the last name, or a room. You see only the homes and units you work in.",
            "action": ["href": "/residents", "text": "See everybody"] as Model,
        ]
    }

    private func item(_ resident: Resident, _ visitor: Visitor) -> Model {
        let home = visitor.home(resident.homeId)
        return [
            "href": "/residents/\(resident.id)", "name": resident.fullName,
            "initials": PersonName.initials(resident.fullName), "photo": resident.smallPhoto.orFalse,
            "tint": (home?.tint).orFalse,
            "preferred": resident.calledDifferently.map { "Likes to be called \($0)" }.orFalse, "room": resident.room,
            "home": home?.name ?? "", "unit": home?.unit(resident.unitId).orFalse ?? false,
            "keyWorker": resident.keyWorker?.name ?? "Nobody yet",
            "status": ["text": resident.status.words, "isHere": resident.status.isHere] as Model,
        ]
    }
}

extension Resident {
    /// The name they go by, if it is not the first of their full name.
    var calledDifferently: String? {
        self.fullName.split(separator: " ").first.map(String.init) == self.preferredName ? nil : self.preferredName
    }
}

extension Resident.Status {
    fileprivate var isHere: Bool { self == .current || self == .respite }
}

extension HomeSummary {
    func unit(_ id: Identifier<Kernel.Unit>?) -> String? { self.units.first { $0.id == id }?.name }
}
