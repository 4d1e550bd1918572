import FoundationEssentials
import Hummingbird
import Kernel
import Web

/// What a resident needs so that they can communicate: written down, looked at again, ended.
extension PeoplePages {
    func registerNeeds(on pages: inout PageRoutes) {
        pages.get("residents/{resident}/needs", needs: ReadNeeds.self) { call in try await self.needsPage(call) }
        pages.post(
            "residents/{resident}/needs", needs: ChangeNeeds.self,
            fields: [
                .one("kind", maxLength: 40), .one("words", maxLength: 500), .one("sharing", maxLength: 20),
                .one("review_due_on", maxLength: 10),
            ]
        ) { call in
            try await self.changeNeeds(call) { resident in
                guard let kind = NeedKind(rawValue: call.form.text("kind")) else {
                    throw PeopleError.invalid("/kind", "Choose what they need")
                }
                guard let sharing = CommunicationNeed.Sharing(rawValue: call.form.text("sharing")) else {
                    throw PeopleError.invalid("/sharing", "Say whether others may be told")
                }
                let need = NewNeed(
                    kind: kind, words: call.form.optional("words"), sharing: sharing,
                    reviewDueOn: try call.form.day("review_due_on"))
                _ = try await self.people.record(need, of: resident, by: call.principal, once: call.once)
            }
        }
        pages.post(
            "residents/{resident}/needs/{need}/review", needs: ChangeNeeds.self,
            fields: [
                .one("outcome", maxLength: 20), .one("note", maxLength: 500), .one("review_due_on", maxLength: 10),
            ]
        ) { call in
            try await self.changeNeeds(call) { resident in
                guard let outcome = CommunicationNeed.Outcome(rawValue: call.form.text("outcome")) else {
                    throw PeopleError.invalid("/outcome", "Say whether it was met")
                }
                let review = NeedReview(
                    outcome: outcome, note: call.form.optional("note"),
                    reviewDueOn: try call.form.day("review_due_on"))
                _ = try await self.people.review(
                    call.identifier("need"), review, of: resident, by: call.principal, once: call.once)
            }
        }
        pages.post(
            "residents/{resident}/needs/{need}/end", needs: ChangeNeeds.self, fields: [.one("reason", maxLength: 500)]
        ) { call in
            try await self.changeNeeds(call) { resident in
                _ = try await self.people.end(
                    need: call.identifier("need"), Ending(reason: call.form.text("reason")), of: resident,
                    by: call.principal, once: call.once)
            }
        }
    }

    private func changeNeeds(
        _ call: PageCall, _ act: (Identifier<Person>) async throws -> Void
    ) async throws -> Response {
        let resident: Identifier<Person> = try call.identifier("resident")
        do {
            try await act(resident)
            return call.redirect("/residents/\(resident)/needs")
        } catch {
            guard let error = error as? PeopleError, error != .notFound else { throw error }
            return try await self.needsPage(call, error.problem)
        }
    }

    private func needsPage(_ call: PageCall, _ problem: Problem? = nil) async throws -> Response {
        let record = try await self.people.resident(call.identifier("resident"), for: call.principal)
        let resident = record.resident, home = call.visitor.home(resident.homeId)
        let needs = try await self.people.needs(of: resident.id, for: call.principal).items
        let mayChange = call.principal.may(ChangeNeeds.self, record.standing(of: call.principal))
        // There is nothing to mend in what somebody may not send at all.
        guard problem == nil || mayChange else { throw Problem.notAllowed }
        let time = call.visitor.time(at: call.now, in: resident.homeId)
        // What was typed belongs to the form that sent it: one of a need's own, or the one below them all.
        let need: Identifier<CommunicationNeed>? = problem == nil ? nil : try? call.identifier("need")
        let model: Model = [
            "back": ["href": "/residents/\(resident.id)", "text": resident.fullName] as Model,
            "tint": (home?.tint).orFalse,
            "heading": "How \(resident.preferredName) needs you to communicate",
            "lead": "It stands above everything written about \(resident.preferredName), for everybody who may see it.",
            "errors": problem.map { self.summary($0, need) }.orFalse,
            "needs": needs.map { one in
                NeedView(
                    need: one, path: "/residents/\(resident.id)/needs/\(one.id)", time: time,
                    typed: need == one.id ? call.form : nil, problem: problem, mayChange: mayChange
                ).model(keys: (call.newKey(), call.newKey()))
            },
            "nothing": needs.isEmpty
                ? "Nobody has written down yet what \(resident.preferredName) needs. Ask, and write down the answer, also "
                    + "when it is nothing." as any Sendable
                : false,
            "add":
                (mayChange
                ? [
                    "action": "/residents/\(resident.id)/needs", "key": call.newKey(),
                    "fields": self.fields(need == nil ? call.form : nil, need == nil ? problem : nil),
                ] as Model : nil).orFalse,
        ]
        return try await call.page(
            "people/needs", model, title: "Communication · \(resident.fullName)", nav: .residents, home: home,
            status: problem == nil ? .ok : .unprocessableContent)
    }

    private func summary(_ problem: Problem, _ need: Identifier<CommunicationNeed>?) -> Model {
        let suffix = need.map { "-\($0)" } ?? ""
        let names = ["kind", "words", "sharing", "outcome", "note", "reason", "review_due_on"]
        return problem.summary(
            Dictionary(names.map { ("/\($0)", $0 == "kind" ? "#kind" : "#\($0)\(suffix)") }) { first, _ in first })
    }

    private func fields(_ typed: Form?, _ problem: Problem?) -> [Model] {
        let groups = NeedKind.Group.allCases.map { group in
            FieldModel.Group(
                group.rawValue, NeedKind.allCases.filter { $0.group == group }.map { ($0.rawValue, $0.words) })
        }
        let sharing = CommunicationNeed.Sharing.allCases.map { ($0.rawValue, $0.words) }
        return [
            FieldModel(
                "kind", "What they need", .menu(nothing: "Choose", groups), value: typed?.text("kind") ?? "",
                error: problem?.error(at: "/kind"), isRequired: true),
            FieldModel(
                "words", "In their own words", hint: "What helps, as they say it. Not a diagnosis.", .area(limit: 500),
                value: typed?.text("words") ?? "", error: problem?.error(at: "/words")),
            FieldModel(
                "sharing", "May others be told, such as a hospital?", .menu(nothing: "Choose", [.init(nil, sharing)]),
                value: typed?.text("sharing") ?? "", error: problem?.error(at: "/sharing"), isRequired: true),
            FieldModel(
                "review_due_on", "Look at it again by", hint: "Six months from now if you leave it empty.",
                .line(type: "date", limit: 10), value: typed?.text("review_due_on") ?? "",
                error: problem?.error(at: "/review_due_on")),
        ].map(\.model)
    }
}

/// One need on its page, with the forms for it.
private struct NeedView {
    let need: CommunicationNeed
    let path: String
    let time: LocalTime
    /// What was typed in one of its forms, if that has come back.
    let typed: Form?
    let problem: Problem?
    let mayChange: Bool

    func model(keys: (String, String)) -> Model {
        let isOverdue = self.time.today.map { self.need.reviewDueOn < $0 } ?? false
        var facts = [self.need.sharing.words, "Written down \(self.time.day(self.need.recordedAt))"]
        if let reviewed = self.need.reviewedAt, let outcome = self.need.outcome {
            let why = self.need.note.map { ": \($0)" } ?? ""
            facts.append("Looked at \(self.time.day(reviewed)). \(outcome.words)\(why)")
        }
        return [
            "id": self.need.id.description, "text": self.need.kind.words, "words": self.need.words.orFalse,
            "facts": facts, "isOverdue": isOverdue,
            "review": "Look at it again by \(self.need.reviewDueOn.words)",
            "isOpen": self.typed != nil,
            "forms": self.mayChange ? [self.reviewForm(keys.0), self.endForm(keys.1)] : [Model](),
        ]
    }

    private func value(_ name: String) -> String { self.typed?.text(name) ?? "" }
    private func error(_ name: String) -> String? {
        self.typed == nil ? nil : self.problem?.error(at: "/\(name)")
    }

    private func reviewForm(_ key: String) -> Model {
        let outcomes = CommunicationNeed.Outcome.allCases.map { ($0.rawValue, $0.words) }
        let id = self.need.id
        return [
            "action": "\(self.path)/review", "key": key, "submit": "Looked at", "isMain": true,
            "fields": [
                FieldModel(
                    "outcome", id: "outcome-\(id)", "Was it met?", .menu(nothing: "Choose", [.init(nil, outcomes)]),
                    value: self.value("outcome"), error: self.error("outcome"), isRequired: true),
                FieldModel(
                    "note", id: "note-\(id)", "If not, why not?", .area(limit: 500), value: self.value("note"),
                    error: self.error("note")),
                FieldModel(
                    "review_due_on", id: "review_due_on-\(id)", "Look at it again by",
                    hint: "Six months from now if you leave it empty.", .line(type: "date", limit: 10),
                    value: self.value("review_due_on"), error: self.error("review_due_on")),
            ].map(\.model),
        ]
    }

    private func endForm(_ key: String) -> Model {
        [
            "action": "\(self.path)/end", "key": key, "submit": "Does not count any more", "isMain": false,
            "fields": [
                FieldModel(
                    "reason", id: "reason-\(self.need.id)", "Why it does not count any more", .area(limit: 500),
                    value: self.value("reason"), error: self.error("reason"), isRequired: true)
            ].map(\.model),
        ]
    }
}

extension Form {
    /// A day; `nil` if none was typed.
    func day(_ name: String) throws -> LocalDate? {
        guard let typed = self.optional(name) else { return nil }
        guard let day = LocalDate(typed) else {
            throw PeopleError.invalid("/\(name)", "Write the day as year, month and day, such as 2026-02-28")
        }
        return day
    }
}
