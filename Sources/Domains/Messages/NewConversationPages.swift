import HTTPTypes
import Hummingbird
import Kernel
import People
import Web

/// Beginning a conversation, and reporting a concern, which begins one with those in charge.
extension MessagesPages {
    func registerNew(on pages: inout PageRoutes) {
        pages.get(
            "messages/new", needs: StartConversation.self,
            query: [QueryParameter("resident", .identifier), QueryParameter("kind", .oneOf(Conversation.Kind.self))]
        ) { call in
            let opening = Opening(
                kind: call.query("kind").flatMap { Conversation.Kind(rawValue: $0) } ?? .group,
                resident: call.query("resident").flatMap { Identifier($0) }, members: [],
                message: Draft(body: ""))
            return try await self.newPage(call, opening, isConcern: false)
        }
        pages.get("concern", needs: StartConversation.self) { call in
            let people = try await self.inCharge(call.principal).subtracting([call.principal.person])
            let opening = Opening(
                kind: .group, members: Array(people), message: Draft(body: "", urgency: .urgent))
            return try await self.newPage(call, opening, isConcern: true)
        }
        pages.post(
            "messages/new", needs: StartConversation.self,
            fields: [
                "form", "kind", "resident", "home", .many("people"), .one("subject", maxLength: 200), .one("body"),
                "urgency",
            ], self.start)
    }

    @Sendable func start(_ call: PageCall) async throws -> Response {
        let form = call.form
        let kind = Conversation.Kind(rawValue: form.text("kind")) ?? .group
        let resident = form.optional("resident").flatMap { Identifier<Person>($0) }
        var people = form.all("people").compactMap { Identifier<Person>($0) }
        // The care team is whoever is in it; boxes left ticked from another choice do not count.
        if kind == .careTeam { people = [] }
        if kind == .family {
            let family = try await self.family(of: resident, call).map(\.id)
            people = people.filter(family.contains)
        }
        let opening = Opening(
            kind: kind, subject: form.optional("subject"), resident: resident, members: people,
            home: form.optional("home").flatMap { Identifier($0) },
            message: Draft(body: form.text("body"), urgency: .init(rawValue: form.text("urgency")) ?? .routine))
        do {
            let started = try await self.messages.start(opening, by: call.principal, once: call.once)
            return call.redirect(MessagesPaths.conversation(started.value.id))
        } catch let error as MessagesError where error.problem.kind == .invalidRequest {
            return try await self.newPage(
                call, opening, isConcern: form.text("form") == "concern", problem: error.problem)
        }
    }

    private func newPage(
        _ call: PageCall, _ opening: Opening, isConcern: Bool, problem: Problem? = nil
    ) async throws -> Response {
        let (staff, here) = try await self.people.company(limit: 1_000, for: call.principal)
        let model = NewConversationModel(
            opening: opening, isConcern: isConcern, problem: problem, visitor: call.visitor,
            staff: staff.items, here: here,
            family: opening.kind == .family ? try await self.family(of: opening.residentId, call) : [],
            residents: try await self.residents(for: call.principal),
            inCharge: isConcern ? try await self.inCharge(call.principal) : [])
        return try await call.page(
            "messages/new", model.model(key: call.newKey()), title: isConcern ? "Report a concern" : "New message",
            nav: isConcern ? .concern : .messages, status: problem == nil ? .ok : .unprocessableContent)
    }

    /// Those of a resident's family who have a sign-in, if the reader may know of them.
    private func family(of resident: Identifier<Person>?, _ call: PageCall) async throws -> [PersonSummary] {
        guard let resident else { return [] }
        return try await self.people.family(of: resident, for: call.principal)
    }

    /// House staff may write, and see no resident's record: they choose none.
    private func residents(for principal: Principal) async throws -> [Resident] {
        guard principal.may(ListResidents.self, principal.membership) else { return [] }
        var filter = ResidentFilter()
        filter.isHere = true
        return try await self.people.residents(filter, limit: 1_000, for: principal).items
    }
}

/// The form for a new conversation.
struct NewConversationModel {
    let opening: Opening
    let isConcern: Bool
    let problem: Problem?
    let visitor: Visitor
    let staff: [PersonSummary]
    let here: Set<Identifier<Person>>
    let family: [PersonSummary]
    let residents: [Resident]
    let inCharge: Set<Identifier<Person>>

    private static let fields = [
        "/members": "#people", "/subject": "#subject", "/body": "#body", "/resident_id": "#resident",
        "/home_id": "#home",
    ]

    func model(key: String) -> Model {
        [
            "heading": self.isConcern ? "Report a concern" : "New message",
            "lead": self.isConcern
                ? "Say what you saw or heard. It goes to the people ticked below, as an urgent message that they must answer."
                : "Choose who it is for. They see it in their messages at once.",
            "isConcern": self.isConcern,
            "errors": self.problem.map { $0.summary(Self.fields) }.orFalse,
            "key": key,
            "kind": (self.isConcern ? nil : ["error": false, "options": self.kinds] as Model).orFalse,
            "resident": [
                "label": self.isConcern ? "Who is it about?" : "About a resident?",
                "hint": "Their name and room stand above the conversation.",
                "error": self.error("/resident_id").orFalse, "groups": self.residentGroups,
            ] as Model,
            "home": (self.isConcern ? nil : self.home).orFalse,
            "people": [
                "label": self.isConcern ? "Who will be told" : "People",
                "hint": self.isConcern
                    ? "The people in charge are ticked. Take somebody out if it is about them."
                    : "Tick everybody it is for.",
                "error": self.error("/members").orFalse, "groups": self.peopleGroups,
            ] as Model,
            "subject": [
                "label": self.isConcern ? "In a few words" : "Subject",
                "hint": self.isConcern
                    ? "For example: bruise on left arm." : "A few words. You may leave it out between two people.",
                "value": self.opening.subject ?? "", "error": self.error("/subject").orFalse,
            ] as Model,
            "body": [
                "label": self.isConcern ? "What happened, where and when" : "Message",
                "value": self.opening.message?.body ?? "", "error": self.error("/body").orFalse,
            ] as Model,
            "urgencies": Message.Urgency.choices(self.opening.message?.urgency ?? .routine),
            "cancel": self.isConcern ? "/today" : MessagesPaths.list,
        ]
    }

    private func error(_ pointer: String) -> String? {
        self.problem?.violations.first { $0.pointer == pointer }?.detail
    }

    private var kinds: [Model] {
        [
            (Conversation.Kind.direct, "One person", "Only you and one other."),
            (.group, "Several people", "Everybody you choose sees who else is in it."),
            (.careTeam, "A resident’s care team", "Whoever is in the team. Choose the resident below."),
            (
                .family, "A resident’s family",
                "The care team, and those of the family who have a sign-in. Choose the resident below."
            ),
            (.matter, "A case", "A confidential matter. Only those you choose see that it is there."),
        ].map { kind, text, hint in
            ["value": kind.rawValue, "text": text, "hint": hint, "isChecked": kind == self.opening.kind]
        }
    }

    /// Where a case about no resident belongs.
    private var home: Model {
        let mine = self.visitor.homes.filter(\.isMine)
        let chosen = self.opening.homeId ?? (mine.count == 1 ? mine.first?.id : nil)
        return [
            "error": self.error("/home_id").orFalse,
            "options": self.visitor.homes.map { home -> Model in
                ["value": home.id.description, "text": home.name, "isSelected": home.id == chosen]
            },
        ]
    }

    private var residentGroups: [Model] {
        self.visitor.homes.flatMap { home -> [Model] in
            let places: [(String, [Resident])] =
                home.units.map { unit in
                    (
                        "\(home.name), \(unit.name)",
                        self.residents.filter { $0.homeId == home.id && $0.unitId == unit.id }
                    )
                } + [(home.name, self.residents.filter { $0.homeId == home.id && $0.unitId == nil })]
            return places.filter { !$0.1.isEmpty }.map { text, residents in
                [
                    "text": text,
                    "options": residents.map { resident -> Model in
                        [
                            "value": resident.id.description, "text": "\(resident.fullName), Room \(resident.room)",
                            "isSelected": resident.id == self.opening.residentId,
                        ]
                    },
                ]
            }
        }
    }

    private var peopleGroups: [Model] {
        let others = self.staff.filter { $0.id != self.visitor.principal.person }
        var groups: [(String, Bool, [PersonSummary])] = []
        if self.isConcern {
            groups.append(("In charge", true, others.filter { self.inCharge.contains($0.id) }))
        }
        let rest = others.filter { !self.isConcern || !self.inCharge.contains($0.id) }
        for home in self.visitor.homes {
            groups.append((home.name, home.isMine && !self.isConcern, rest.filter { $0.homeId == home.id }))
        }
        groups.append(("Whole organisation", false, rest.filter { $0.homeId == nil }))
        // Without a choice it is for all of the family.
        let isForAll = Set(self.opening.members).isDisjoint(with: self.family.map(\.id))
        let chosen = Set(self.opening.members).union(isForAll ? self.family.map(\.id) : [])
        groups.insert(("Family", true, self.family), at: 0)
        return groups.filter { !$0.2.isEmpty }.map { text, isOpen, people in
            [
                "text": text, "isOpen": isOpen || people.contains { chosen.contains($0.id) },
                "options": people.map { person -> Model in
                    [
                        "value": person.id.description, "name": person.name, "role": person.title,
                        "isChecked": chosen.contains(person.id), "isHere": self.here.contains(person.id),
                    ]
                },
            ]
        }
    }
}
