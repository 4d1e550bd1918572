import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Web

/// `/professionals`: who comes in from outside, and how they are reached.
extension PeoplePages {
    func registerProfessionals(on pages: inout PageRoutes) {
        pages.get(
            "professionals", needs: ListProfessionals.self,
            query: [
                QueryParameter("q", .string(maxLength: 100)),
                QueryParameter("role", .oneOf(Professional.roles.map(\.rawValue))), QueryParameter("before", .cursor),
            ], self.listProfessionals)
        pages.get("professionals/new", needs: AddProfessional.self) { call in
            try self.people.prepareProfessional(for: call.principal)
            return try await self.newProfessional(call)
        }
        pages.post("professionals/new", needs: AddProfessional.self, fields: ProfessionalForm.fields) { call in
            do {
                let added = try await self.people.add(
                    ProfessionalForm(call.form).details(), by: call.principal, once: call.once)
                return call.redirect("/professionals/\(added.value.id)")
            } catch let error as PeopleError where error.problem.kind == .invalidRequest {
                try self.people.prepareProfessional(for: call.principal)
                return try await self.newProfessional(call, error.problem)
            }
        }
        pages.get("professionals/{professional}", needs: ReadProfessional.self) { call in
            try await self.professionalPage(call)
        }
        pages.get("professionals/{professional}/edit", needs: PrepareProfessionalChange.self) { call in
            try await self.editProfessional(call)
        }
        pages.post(
            "professionals/{professional}/edit", needs: ChangeProfessional.self,
            fields: ProfessionalForm.fields + [.one("version", maxLength: 20)]
        ) { call in
            do {
                guard let version = Int(call.form.text("version")) else { throw PeopleError.stale }
                let changed = try await self.people.change(
                    call.identifier("professional"), to: ProfessionalForm(call.form).details(), from: version,
                    by: call.principal, once: call.once)
                return call.redirect("/professionals/\(changed.value.id)")
            } catch let error as PeopleError where error != .notFound {
                return try await self.editProfessional(call, error)
            }
        }
        pages.post(
            "professionals/{professional}/end", needs: ChangeProfessional.self, fields: [.one("reason", maxLength: 500)]
        ) { call in
            do {
                let ended = try await self.people.end(
                    professional: call.identifier("professional"), Ending(reason: call.form.text("reason")),
                    by: call.principal, once: call.once)
                return call.redirect("/professionals/\(ended.value.id)")
            } catch let error as PeopleError where error != .notFound {
                return try await self.professionalPage(call, error.problem)
            }
        }
    }

    // MARK: The list

    @Sendable func listProfessionals(_ call: PageCall) async throws -> Response {
        let search = call.query("q").flatMap { $0.isEmpty ? nil : $0 }
        let role = call.query("role").flatMap { Role(rawValue: $0) }, before = call.query("before")
        let page = try await self.people.professionals(
            matching: search, role: role, after: before.map { try Keyset($0, parts: 2) }, for: call.principal)
        let unreserved = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        let parts = [
            search?.addingPercentEncoding(withAllowedCharacters: unreserved).map { "q=\($0)" },
            role.map { "role=\($0.rawValue)" },
        ].compactMap { $0 }
        let address = (["/professionals?"] + [parts.joined(separator: "&")]).joined()
        let isAny = search == nil && role == nil
        let model: Model = [
            "new": call.principal.may(AddProfessional.self, call.principal.membership), "q": search ?? "",
            "roles": Professional.roles.map { one -> Model in
                ["value": one.rawValue, "text": one.title, "isSelected": one == role]
            },
            "items": page.items.map { one -> Model in
                let note = [one.details.role.title, one.details.worksFor].compactMap { $0 }.joined(separator: ", ")
                return [
                    "href": "/professionals/\(one.id)", "name": one.details.fullName,
                    "initials": PersonName.initials(one.details.fullName), "note": note,
                    "telephone": one.details.telephone.orFalse, "warning": one.registrationWarning != nil,
                ]
            },
            "nothing":
                (page.items.isEmpty
                ? isAny ? "Nobody is written down yet." : "Nobody like that is on the list. Try a part of the name."
                : nil).orFalse,
            "first": (before == nil ? nil : address).orFalse,
            "next": page.next.map { "\(address)\(parts.isEmpty ? "" : "&")before=\($0)" }.orFalse,
        ]
        return try await call.page("people/professionals", model, title: "Professionals", nav: .residents)
    }

    // MARK: Forms

    private func newProfessional(_ call: PageCall, _ problem: Problem? = nil) async throws -> Response {
        let form = problem == nil ? ProfessionalForm() : ProfessionalForm(call.form)
        let model: Model = [
            "back": ["href": "/professionals", "text": "Professionals"] as Model, "tint": false,
            "heading": "Add a professional",
            "lead": "Somebody from outside who looks after residents. They get no account here.",
            "errors": problem.map(ProfessionalForm.summary).orFalse, "changed": false, "action": "/professionals/new",
            "key": call.newKey(), "version": false, "fields": form.models(problem), "submit": "Add",
        ]
        return try await call.page(
            "people/edit", model, title: "Add a professional · Professionals", nav: .residents,
            status: problem == nil ? .ok : .unprocessableContent)
    }

    private func editProfessional(_ call: PageCall, _ error: PeopleError? = nil) async throws -> Response {
        let one = try await self.people.prepareChange(
            ofProfessional: call.identifier("professional"), for: call.principal)
        let stored = ProfessionalForm(one.details), isStale = error == .stale
        let form = error == nil ? stored : ProfessionalForm(call.form)
        let typed = isStale || error == nil ? nil : Int(call.form.text("version"))
        let changed: Model = [
            "title": "Somebody changed this while you were writing",
            "text": "Nothing is saved yet. What is there now stands beside what you wrote. Put right what should be "
                + "different, and save again.",
        ]
        let model: Model = [
            "back": ["href": "/professionals/\(one.id)", "text": one.details.fullName] as Model, "tint": false,
            "heading": "Change \(one.details.fullName)’s details", "lead": "Who changed what, and when, is kept.",
            "errors": (isStale ? nil : error.map { ProfessionalForm.summary($0.problem) }).orFalse,
            "changed": (isStale ? changed : nil).orFalse, "action": "/professionals/\(one.id)/edit",
            "key": call.newKey(), "version": "\(typed ?? one.version)",
            "fields": form.models(error?.problem, now: isStale ? stored : nil), "submit": "Save",
        ]
        return try await call.page(
            "people/edit", model, title: "Change details · \(one.details.fullName)", nav: .residents,
            status: error.map { .init(code: $0.problem.kind.status) } ?? .ok)
    }

    // MARK: One of them

    private func professionalPage(_ call: PageCall, _ problem: Problem? = nil) async throws -> Response {
        let record = try await self.people.professional(call.identifier("professional"), for: call.principal)
        let one = record.professional, details = one.details
        let mayChange = call.principal.may(ChangeProfessional.self, one.standing)
        guard problem == nil || mayChange else { throw Problem.notAllowed }
        let time = call.visitor.time(at: call.now)
        let reason = FieldModel(
            "reason", "Why they do not come any more",
            hint: "They are no resident’s from then on. What was written down is kept.", .area(limit: 500),
            value: problem == nil ? "" : call.form.text("reason"), error: problem?.error(at: "/reason"),
            isRequired: true)
        let end: Model = [
            "action": "/professionals/\(one.id)/end", "key": call.newKey(), "summary": "They do not come any more",
            "submit": "Take off the list", "isOpen": problem != nil, "version": false, "isMain": false,
            "fields": [reason.model],
        ]
        let model: Model = [
            "errors": problem.map { $0.summary(["/reason": "#reason"]) }.orFalse, "name": details.fullName,
            "initials": PersonName.initials(details.fullName),
            "lead": [details.role.title, details.worksFor].compactMap { $0 }.joined(separator: ", "),
            "ended": one.endReason.map { "They do not come any more: \($0)" }.orFalse,
            "edit": (mayChange ? "/professionals/\(one.id)/edit" : nil).orFalse,
            "telephone": details.telephone.map { number -> Model in
                ["href": "tel:\(number.filter { $0.isNumber || $0 == "+" })", "text": number]
            }.orFalse,
            "email": details.email.map { ["href": "mailto:\($0)", "text": $0] as Model }.orFalse,
            "comesIn": details.comesIn.orFalse, "registration": details.registrationWords.orFalse,
            "warning": one.registrationWarning.orFalse,
            "changes": record.changes.map { change -> Model in
                ["by": change.by.name, "at": time.brief(change.at), "steps": change.steps.map(\.words)]
            },
            "forms": mayChange ? [end] : [Model](),
        ]
        return try await call.page(
            "people/professional", model, title: "\(details.fullName) · Professionals", nav: .residents,
            status: problem.map { .init(code: $0.kind.status) } ?? .ok)
    }
}

extension ProfessionalDetails {
    /// The number as they say it, and that nobody has asked.
    var registrationWords: String? {
        guard let register, let number = self.registrationNumber else { return nil }
        return "\(register.words), \(number). Not verified: ask the register."
    }
}

extension ProfessionalChange.Step {
    /// Such as `Telephone: 0113 496 0302, was 0113 496 0301`.
    fileprivate var words: String {
        switch (self.was, self.became) {
        case (let was?, let became?): "\(self.field.words): \(became), was \(was)"
        case (let was?, nil): "\(self.field.words): taken away, was \(was)"
        case (nil, let became?): "\(self.field.words): \(became)"
        case (nil, nil): self.field.words
        }
    }
}
