import FoundationEssentials
import Hummingbird
import Kernel
import Web

/// `/residents/emergencies`: opening a record in an emergency, and looking at it again.
extension PeoplePages {
    static let emergenciesPath = "/residents/emergencies"

    func registerEmergencies(on pages: inout PageRoutes) {
        pages.get("residents/emergencies/new", needs: OpenInEmergency.self) { call in
            try self.people.prepareEmergency(for: call.principal)
            return try await self.emergencyForm(call)
        }
        pages.post(
            "residents/emergencies/new", needs: OpenInEmergency.self,
            fields: [
                .one("full_name", maxLength: 200), .one("room", maxLength: 20), .one("date_of_birth", maxLength: 10),
                .one("reason", maxLength: 500),
            ], counted: .search, self.openInEmergency)
        pages.get(
            "residents/emergencies", needs: ListEmergencies.self, query: [QueryParameter("before", .cursor)],
            self.emergencies)
        pages.get("residents/emergencies/{emergency}", needs: ReadEmergency.self) { call in
            try await self.emergencyPage(call)
        }
        pages.post(
            "residents/emergencies/{emergency}/review", needs: ReviewEmergency.self,
            fields: [.one("is_justified", maxLength: 5), .one("words", maxLength: 500)], self.reviewEmergency)
    }

    // MARK: Opening

    @Sendable func openInEmergency(_ call: PageCall) async throws -> Response {
        let form = call.form, born = LocalDate(form.text("date_of_birth"))
        do {
            if born == nil, !form.text("date_of_birth").isEmpty {
                throw PeopleError.invalid("/date_of_birth", "Write the day as year, month and day, such as 1938-05-09")
            }
            let request = EmergencyRequest(
                fullName: form.text("full_name"), room: form.optional("room"), dateOfBirth: born,
                reason: form.text("reason"))
            let opened = try await self.people.openInEmergency(request, by: call.visitor, once: call.once)
            return call.redirect("/residents/\(opened.value.resident.id)")
        } catch PeopleError.opensAnyway(let resident) {
            return call.redirect("/residents/\(resident)")
        } catch let error as PeopleError where [.invalidRequest, .conflict].contains(error.problem.kind) {
            return try await self.emergencyForm(call, error.problem)
        }
    }

    private func emergencyForm(_ call: PageCall, _ problem: Problem? = nil) async throws -> Response {
        func field(
            _ name: String, _ label: String, hint: String? = nil, _ control: FieldModel.Control,
            isRequired: Bool = false
        ) -> Model {
            FieldModel(
                name, label, hint: hint, control, value: call.form.text(name), error: problem?.error(at: "/\(name)"),
                isRequired: isRequired
            ).model
        }
        let names = ["full_name", "room", "date_of_birth", "reason"]
        let model: Model = [
            "back": ["href": "/today", "text": "Today"] as Model,
            "errors": problem.map { problem in
                problem.summary(Dictionary(uniqueKeysWithValues: names.map { ("/\($0)", "#\($0)") }))
            }.orFalse,
            "action": "\(Self.emergenciesPath)/new", "key": call.newKey(),
            "fields": [
                field("full_name", "Their first and last name", .line(type: "text", limit: 200), isRequired: true),
                field("room", "Their room", .line(type: "text", limit: 20)),
                field(
                    "date_of_birth", "Or the day they were born", hint: "If you do not know the room.",
                    .line(type: "date", limit: 10)),
                field(
                    "reason", "Why can it not wait?", hint: "For example: found on the floor, the nurse is on her way.",
                    .area(limit: 500), isRequired: true),
            ],
        ]
        let status: HTTPResponse.Status =
            problem.map { $0.kind == .conflict ? .conflict : .unprocessableContent } ?? .ok
        return try await call.page(
            "people/emergency", model, title: "Open a record in an emergency", nav: .residents, status: status)
    }

    // MARK: Looking at it again

    @Sendable func emergencies(_ call: PageCall) async throws -> Response {
        let before = call.query("before")
        let page = try await self.people.emergencies(
            after: before.map { try Keyset($0, parts: 2) }, for: call.principal)
        let model: Model = [
            "items": page.items.map { self.line($0, call) },
            "newest": (before == nil ? nil : Self.emergenciesPath).orFalse,
            "older": page.next.map { "\(Self.emergenciesPath)?before=\($0)" }.orFalse,
        ]
        return try await call.page(
            "people/emergencies", model, title: "Opened in an emergency", nav: .residents)
    }

    private func line(_ access: EmergencyAccess, _ call: PageCall) -> Model {
        let home = call.visitor.home(access.homeId), time = call.visitor.time(at: call.now, in: access.homeId)
        return [
            "href": "\(Self.emergenciesPath)/\(access.id)", "title": access.resident.name,
            "tint": (home?.tint).orFalse, "at": time.brief(access.openedAt),
            "by": "\(access.person.name), \(access.person.title)", "reason": access.reason.excerpt(160),
            "isWaiting": access.review == nil, "isOverdue": access.review == nil && access.reviewDueAt <= call.now,
            "verdict": access.review.map { $0.isJustified ? "Justified" : "Not justified" }.orFalse,
        ]
    }

    private func emergencyPage(_ call: PageCall, _ problem: Problem? = nil) async throws -> Response {
        let (access, mayReview) = try await self.people.emergency(call.identifier("emergency"), for: call.principal)
        if problem != nil, !mayReview { throw Problem.notAllowed }
        let time = call.visitor.time(at: call.now, in: access.homeId), home = call.visitor.home(access.homeId)
        let path = "\(Self.emergenciesPath)/\(access.id)"
        func fact(_ term: String, _ text: String) -> Model { ["term": term, "text": text] }
        let model: Model = [
            "errors": problem.map { $0.summary(["/is_justified": "#is_justified", "/words": "#words"]) }.orFalse,
            "tint": (home?.tint).orFalse, "heading": "\(access.resident.name): opened in an emergency",
            "lead": "\(access.person.name), \(access.person.title). \(home?.name ?? "").",
            "reason": access.reason,
            "facts": [
                fact("Opened", time.full(access.openedAt)),
                fact(access.endsAt <= call.now ? "Ended" : "Ends", time.full(access.endsAt)),
                fact("To be looked at by", time.full(access.reviewDueAt)),
            ],
            "verdict": access.review.map { review -> Model in
                [
                    "text": review.isJustified ? "It was justified" : "It was not justified",
                    "isGood": review.isJustified, "by": review.by.name, "at": time.brief(review.at),
                    "words": review.words.orFalse,
                ]
            }.orFalse,
            "resident": "/residents/\(access.resident.id)",
            "audit": "/audit/residents/\(access.resident.id)?person=\(access.person.id)",
            "form": (mayReview ? self.reviewForm(path, call, problem) : nil).orFalse,
        ]
        return try await call.page(
            "people/emergency-review", model, title: "Opened in an emergency", nav: .residents, home: home,
            status: problem == nil ? .ok : .unprocessableContent)
    }

    private func reviewForm(_ path: String, _ call: PageCall, _ problem: Problem?) -> Model {
        let choices = [("yes", "Yes, it was justified"), ("no", "No, it was not")]
        return [
            "action": "\(path)/review", "key": call.newKey(),
            "fields": [
                FieldModel(
                    "is_justified", "Was it justified?", .menu(nothing: "Choose", [.init(nil, choices)]),
                    value: call.form.text("is_justified"), error: problem?.error(at: "/is_justified"), isRequired: true
                ).model,
                FieldModel(
                    "words", "Your words", hint: "Needed if it was not justified. An access that is still open ends.",
                    .area(limit: 500), value: call.form.text("words"), error: problem?.error(at: "/words")
                ).model,
            ],
        ]
    }

    @Sendable func reviewEmergency(_ call: PageCall) async throws -> Response {
        do {
            let chosen = call.form.text("is_justified")
            guard ["yes", "no"].contains(chosen) else {
                throw PeopleError.invalid("/is_justified", "Choose whether it was justified")
            }
            let reviewed = try await self.people.review(
                call.identifier("emergency"),
                EmergencyReview(isJustified: chosen == "yes", words: call.form.optional("words")), by: call.principal,
                once: call.once)
            return call.redirect("\(Self.emergenciesPath)/\(reviewed.value.id)")
        } catch let error as PeopleError where error.problem.kind == .invalidRequest {
            return try await self.emergencyPage(call, error.problem)
        }
    }
}
