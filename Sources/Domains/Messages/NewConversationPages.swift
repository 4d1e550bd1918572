import HTTPTypes
import Hummingbird
import Kernel
import People
import Web

/// Beginning a conversation, and reporting a concern, which begins one with those in charge.
extension MessagesPages {
    func registerNew(on pages: inout PageRoutes) {
        pages.get(
            "messages/new", needs: StartConversation.self, query: [QueryParameter("resident", .identifier)]
        ) { call in
            let opening = Opening(
                kind: .group, resident: call.query("resident").flatMap { Identifier($0) }, members: [],
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
                "form", "kind", "resident", .many("people"), .one("subject", maxLength: 200), .one("body"), "urgency",
            ], self.start)
    }

    @Sendable func start(_ call: PageCall) async throws -> Response {
        let form = call.form
        let kind = Conversation.Kind(rawValue: form.text("kind")) ?? .group
        let opening = Opening(
            kind: kind, subject: form.optional("subject"),
            resident: form.optional("resident").flatMap { Identifier($0) },
            // The care team is whoever is in it; boxes left ticked from another choice do not count.
            members: kind == .careTeam ? [] : form.all("people").compactMap { Identifier($0) },
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
        let model = NewConversationModel(
            opening: opening, isConcern: isConcern, problem: problem, visitor: call.visitor,
            staff: try await self.people.staff(limit: 1_000, for: call.principal).items,
            residents: try await self.residents(for: call.principal),
            inCharge: isConcern ? try await self.inCharge(call.principal) : [])
        return try await call.page(
            "messages/new", model.model(key: call.newKey()), title: isConcern ? "Report a concern" : "New message",
            nav: isConcern ? .concern : .messages, status: problem == nil ? .ok : .unprocessableContent)
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
    let residents: [Resident]
    let inCharge: Set<Identifier<Person>>

    private static let fields = [
        "/members": "#people", "/subject": "#subject", "/body": "#body", "/resident_id": "#resident",
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
        ].map { kind, text, hint in
            ["value": kind.rawValue, "text": text, "hint": hint, "isChecked": kind == self.opening.kind]
        }
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
        let chosen = Set(self.opening.members)
        return groups.filter { !$0.2.isEmpty }.map { text, isOpen, people in
            [
                "text": text, "isOpen": isOpen || people.contains { chosen.contains($0.id) },
                "options": people.map { person -> Model in
                    [
                        "value": person.id.description, "name": person.name, "role": person.title,
                        "isChecked": chosen.contains(person.id),
                    ]
                },
            ]
        }
    }
}
