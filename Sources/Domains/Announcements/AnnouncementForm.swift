import FoundationEssentials
import Hummingbird
package import Kernel
package import Web

/// Writing an announcement: fill it in, see whom it reaches, and then say that it is meant.
extension AnnouncementsPages {
    private static let fields: [FormField] = [
        .one("title", maxLength: NewAnnouncement.longestTitle), .one("body", maxLength: NewAnnouncement.longestBody),
        .one("place", maxLength: 80), .many("roles", maxLength: 40), .one("confirm", maxLength: 4),
        .one("shown_until", maxLength: 10),
    ]

    func registerWriting(on pages: inout PageRoutes) {
        pages.get("announcements/new", needs: PrepareAnnouncement.self) { call in
            try await self.form(AnnouncementFormModel(call), call)
        }
        pages.post("announcements/check", needs: PreviewAudience.self, fields: Self.fields) { call in
            try await self.trying(call) { new in
                // It changes nothing, so whoever goes back and changes something may send the same form.
                let size = try await self.announcements.size(of: new.audience, for: call.principal)
                if size.people == 0 { throw AnnouncementsError.nobodyThere }
                return try await self.form(AnnouncementFormModel(call, reaching: size.people), call)
            }
        }
        pages.post("announcements/new", needs: Announce.self, fields: Self.fields) { call in
            try await self.trying(call) { new in
                let announced = try await self.announcements.announce(new, by: call.principal, once: call.once)
                return call.redirect(Self.path(announced.value.id))
            }
        }
    }

    private func trying(
        _ call: PageCall, _ act: (NewAnnouncement) async throws -> Response
    ) async throws -> Response {
        do {
            return try await act(AnnouncementFormModel.typed(call))
        } catch let error as AnnouncementsError where error.problem.kind == .invalidRequest {
            return try await self.form(AnnouncementFormModel(call, problem: error.problem), call)
        }
    }

    private func form(_ model: AnnouncementFormModel, _ call: PageCall) async throws -> Response {
        try self.announcements.prepare(for: call.principal)
        return try await call.page(
            "announcements/write", model.model(key: call.newKey), title: "New announcement · Announcements",
            nav: .messages, status: model.problem == nil ? .ok : .unprocessableContent)
    }
}

/// The form for an announcement, as it was typed.
struct AnnouncementFormModel {
    let form: Form
    let visitor: Visitor
    let reaching: Int?
    let problem: Problem?

    private static let addresses = [
        "/title": "#title", "/body": "#body", "/place": "#place", "/home_id": "#place", "/shown_until": "#shown_until",
    ]

    init(_ call: PageCall, reaching: Int? = nil, problem: Problem? = nil) {
        self.form = call.form
        self.visitor = call.visitor
        self.reaching = reaching
        self.problem = problem
    }

    /// What the fields say, or everything that is wrong with them; the last day is over when it is over on the clock
    /// of that home.
    static func typed(_ call: PageCall) throws(AnnouncementsError) -> NewAnnouncement {
        let form = call.form, place = Place(form.text("place"))
        var found: [Problem.Violation] = []
        if place == nil { found.append(.init("/place", "Choose whom it is for")) }
        var until: Date?
        if let typed = form.optional("shown_until") {
            until = LocalDate(typed).flatMap { call.visitor.time(at: call.now, in: place?.home).end(of: $0) }
            if until == nil {
                found.append(.init("/shown_until", "Write the day as year, month and day, such as 2026-02-28"))
            }
        }
        let new = NewAnnouncement(
            title: form.text("title"), body: form.text("body"), at: place ?? Place(home: nil),
            roles: form.all("roles").compactMap { Role(rawValue: $0) }, asksConfirmation: form.bool("confirm"),
            shownUntil: until)
        do {
            _ = try new.validated(at: call.now)
        } catch {
            guard case .invalid(let others) = error else { throw error }
            found += others
        }
        guard found.isEmpty else { throw .invalid(found) }
        return new
    }

    func model(key: () -> String) -> Model {
        let place = Place(self.form.text("place"))
        let roles = Set(self.form.all("roles"))
        return [
            "errors": self.problem.map { $0.summary(Self.addresses) }.orFalse,
            "key": key(),
            "ready": self.reaching.map { self.ready($0, place, key()) }.orFalse,
            "title": FieldModel(
                "title", "Title", hint: "What it is about, in a few words.",
                .line(type: "text", limit: NewAnnouncement.longestTitle), value: self.form.text("title"),
                error: self.problem?.error(at: "/title"), isRequired: true
            ).model,
            "body": FieldModel(
                "body", "Announcement", hint: "Nothing about a resident: everybody there reads it.",
                .area(limit: NewAnnouncement.longestBody), value: self.form.text("body"),
                error: self.problem?.error(at: "/body"), isRequired: true
            ).model,
            "place": FieldModel(
                "place", "Who is it for?", hint: "Everybody on the staff there.",
                .menu(nothing: "Choose", [.init(nil, self.places)]), value: self.form.text("place"),
                error: self.problem?.error(at: "/place") ?? self.problem?.error(at: "/home_id"), isRequired: true
            ).model,
            "until": FieldModel(
                "shown_until", "Show it until the end of", hint: "Leave it empty to show it until it is withdrawn.",
                .line(type: "date", limit: 10), value: self.form.text("shown_until"),
                error: self.problem?.error(at: "/shown_until")
            ).model,
            "asks": self.form.bool("confirm"),
            "isNarrowed": !roles.isEmpty,
            "groups": [("Management", Role.management), ("Care", Role.care), ("House and office", Role.house)].map {
                text, group -> Model in
                [
                    "text": text,
                    "options": Role.allCases.filter { group.contains($0) }.map { role -> Model in
                        ["value": role.rawValue, "text": role.title, "isChecked": roles.contains(role.rawValue)]
                    },
                ]
            },
        ]
    }

    private func ready(_ people: Int, _ place: Place?, _ key: String) -> Model {
        let count = Words.count(people, "person", "people")
        let where_ = place.map { self.visitor.words(for: $0) } ?? ""
        return [
            "title": "It reaches \(count)", "text": "\(where_). Nobody has been told yet.",
            "heading": self.form.text("title"), "paragraphs": self.form.text("body").paragraphs, "key": key,
            "submit": "Announce it to \(count)",
            "fields": ["title", "body", "place", "confirm", "shown_until"].map { name -> Model in
                ["name": name, "value": self.form.text(name)]
            } + self.form.all("roles").map { ["name": "roles", "value": $0] },
        ]
    }

    /// Where the visitor may announce something.
    private var places: [(value: String, text: String)] {
        let principal = self.visitor.principal
        var places: [Place] = [Place(home: nil)]
        for home in self.visitor.homes {
            places.append(Place(home: home.id))
            places += home.units.map { Place(home: home.id, unit: $0.id) }
        }
        return places.filter { principal.may(Announce.self, principal.standing(at: $0)) }
            .map { ($0.formValue, self.visitor.words(for: $0)) }
    }
}

extension Place {
    /// As a menu sends it.
    fileprivate var formValue: String {
        guard let home else { return "organisation" }
        return unit.map { "\(home).\($0)" } ?? home.description
    }

    fileprivate init?(_ value: String) {
        if value == "organisation" {
            self.init(home: nil)
            return
        }
        let parts = value.split(separator: ".", omittingEmptySubsequences: false)
        guard let first = parts.first, let home = Identifier<Home>(first), parts.count <= 2 else { return nil }
        guard parts.count == 2 else {
            self.init(home: home)
            return
        }
        guard let last = parts.last, let unit = Identifier<Kernel.Unit>(last) else { return nil }
        self.init(home: home, unit: unit)
    }
}

extension Visitor {
    /// A place as people say it.
    package func words(for place: Place) -> String {
        guard let id = place.home else { return "The whole organisation" }
        let home = self.home(id)
        let name = home?.name ?? "A home"
        return place.unit.flatMap { unit in home?.units.first { $0.id == unit }?.name }.map { "\(name), \($0)" } ?? name
    }
}

extension String {
    /// Split at empty lines; line breaks within stay.
    var paragraphs: [String] {
        self.split(separator: "\n", omittingEmptySubsequences: false).split { $0.allSatisfy(\.isWhitespace) }
            .map { $0.joined(separator: "\n") }
    }
}
