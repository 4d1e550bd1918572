import Audit
import FoundationEssentials
import Hummingbird
import Kernel
import Web

/// Everything about one resident that the reader may see, and who cares for them.
extension PeoplePages {
    func registerResident(on pages: inout PageRoutes) {
        pages.get(
            "residents/{resident}", needs: ReadResident.self, query: [QueryParameter("changes", .cursor)]
        ) { call in try await self.residentPage(call) }
        pages.post(
            "residents/{resident}/care-team", needs: ChangeCareTeam.self, fields: [.one("person", maxLength: 36)]
        ) { call in
            let resident: Identifier<Person> = try call.identifier("resident")
            return try await self.afterwards(call, resident) {
                guard let person = Identifier<Person>(call.form.text("person")) else {
                    throw PeopleError.invalid("/person_id", "Choose who comes into the care team")
                }
                _ = try await self.people.add(
                    CareTeamMember(person), toTeamOf: resident, by: call.principal, once: call.once)
            }
        }
        pages.post(
            "residents/{resident}/care-team/{person}/removal", needs: ChangeCareTeam.self, fields: []
        ) { call in
            let resident: Identifier<Person> = try call.identifier("resident")
            return try await self.afterwards(call, resident) {
                _ = try await self.people.remove(
                    call.identifier("person"), fromTeamOf: resident, by: call.principal, once: call.once)
            }
        }
    }

    /// Does what a form of the page asks, and shows the page again: as it is now, or with what is wrong above it.
    func afterwards<Act: Permission>(
        _ call: PageCall, _ resident: Identifier<Person>, needs: Act.Type = ChangeCareTeam.self,
        _ act: () async throws -> Void
    ) async throws -> Response where Act.Object == Person {
        do {
            try await act()
            return call.redirect("/residents/\(resident)")
        } catch {
            guard let error = error as? PeopleError, error != .notFound else { throw error }
            return try await self.residentPage(call, error.problem, of: needs)
        }
    }

    private func residentPage<Act: Permission>(
        _ call: PageCall, _ problem: Problem? = nil, of act: Act.Type = ChangeCareTeam.self
    ) async throws -> Response where Act.Object == Person {
        let record = try await self.people.resident(call.identifier("resident"), for: call.principal)
        // There is nothing to mend in what somebody may not send at all.
        guard problem == nil || call.principal.may(act, record.standing(of: call.principal)) else {
            throw Problem.notAllowed
        }
        let resident = record.resident, home = call.visitor.home(resident.homeId)
        let time = call.visitor.time(at: call.now, in: resident.homeId)
        let rows = try await self.conversations(resident.id, call.visitor, call.now)
        let place = ["Room \(resident.room)", home?.unit(resident.unitId), home?.name].compactMap { $0 }
            .joined(separator: ", ")
        let model: Model = [
            "back": ["href": home.map { "/residents?home=\($0.id)" } ?? "/residents", "text": "Residents"] as Model,
            "errors": problem.map {
                $0.summary(["/person_id": "#carer", "/professional_id": "#professional", "/since": "#since"])
            }.orFalse,
            "resident": [
                "name": resident.fullName, "called": resident.preferredName,
                "initials": PersonName.initials(resident.fullName), "photo": resident.photo.orFalse,
                "tint": (home?.tint).orFalse,
                "lead": resident.lead(place),
            ] as Model,
            "edit":
                (call.principal.may(ChangeResident.self, record.standing(of: call.principal))
                ? "/residents/\(resident.id)/edit" : nil)
                .orFalse,
            "photo": self.photoLink(record, call).orFalse,
            "write":
                (Role.staff.isDisjoint(with: call.principal.roles) || record.emergencyEndsAt != nil
                ? nil : "/messages/new?resident=\(resident.id)").orFalse,
            "needs": self.needs(record, time).orFalse,
            "ask": self.ask(record, call).orFalse,
            "urgent": rows.compactMap(self.urgent),
            "facts": self.facts(record, place: place, time),
            "careTeam": self.careTeam(record, call),
            "contacts": try await self.contacts(record, call).orFalse,
            "professionals": try await self.professionals(record, call).orFalse,
            "addCarer": try await self.addCarer(record, call).orFalse,
            "conversations": rows, "older": false,
            "changes": try await self.changes(record, call, time).orFalse,
            "everything": "/residents/\(resident.id)/messages",
            "audit":
                (call.principal.may(ReadResidentAudit.self, record.standing(of: call.principal))
                ? "/audit/residents/\(resident.id)" : nil).orFalse,
            "opened": "You opened this page at \(time.time(call.now)). Each opening is recorded.",
        ]
        let status: HTTPResponse.Status = problem.map { .init(code: $0.kind.status) } ?? .ok
        var response = try await call.page(
            "people/resident", model, title: "\(resident.fullName) · Residents", nav: .residents, home: home,
            status: status)
        // What is on the screen goes when the hour is over, with or without a script.
        if let end = record.emergencyEndsAt {
            response.headers[.refresh] = "\(max(1, Int(end.timeIntervalSince(call.now).rounded(.up)))); url=/today"
        }
        return response
    }

    /// A conversation with an urgent message that is not answered stands above the facts, too.
    private func urgent(_ row: Model) -> Model? {
        guard let urgent = row["urgent"] as? String else { return nil }
        return [
            "id": row["id"] ?? "", "title": urgent, "text": row["urgentText"] ?? "",
            "href": row["urgentHref"] ?? "/messages",
        ]
    }

    private func needs(_ record: ResidentRecord, _ time: LocalTime) -> Model? {
        let resident = record.resident
        guard resident.status != .died else { return nil }
        return NeedsBanner(
            record.needs, of: resident.id, called: resident.preferredName, today: time.today
        ).model
    }

    /// While nobody knows what somebody needs, those who could ask are told to.
    private func ask(_ record: ResidentRecord, _ call: PageCall) -> Model? {
        guard record.needs.isEmpty, call.principal.may(ChangeNeeds.self, record.standing(of: call.principal)) else {
            return nil
        }
        return [
            "text": "Nobody has asked yet how \(record.resident.preferredName) needs us to communicate.",
            "href": "/residents/\(record.resident.id)/needs",
        ]
    }

    private func facts(_ record: ResidentRecord, place: String, _ time: LocalTime) -> [Model] {
        func fact(_ term: String, _ text: String, _ source: String? = nil) -> Model {
            ["term": term, "text": text, "source": source.orFalse]
        }
        let resident = record.resident
        var facts = [fact("Where", place), fact("Now", resident.status.words)]
        if let born = resident.dateOfBirth {
            let age = time.today.map { ", \(born.years(until: $0)) years old" } ?? ""
            facts.append(fact("Born", "\(born.words)\(resident.status == .died ? "" : age)"))
        }
        if let died = resident.diedOn { facts.append(fact("Died", died.words)) }
        if let number = record.nhsNumber {
            facts.append(
                fact("NHS number", number.description, "As it was written down here; not checked with the NHS"))
        }
        facts.append(fact("Moved in", resident.movedInOn.words))
        facts.append(fact("Key worker", resident.keyWorker?.name ?? "Nobody yet"))
        return facts
    }

    // MARK: The care team

    private func careTeam(_ record: ResidentRecord, _ call: PageCall) -> [Model] {
        let resident = record.resident
        let mayChange = call.principal.may(ChangeCareTeam.self, record.standing(of: call.principal))
        return record.careTeam.map { person in
            let isKeyWorker = person.id == resident.keyWorker?.id
            let path = "/residents/\(resident.id)/care-team/\(person.id)/removal"
            return [
                "name": person.name, "role": person.title, "initials": person.initials, "isKeyWorker": isKeyWorker,
                "remove": (mayChange && !isKeyWorker ? ["action": path, "key": call.newKey()] as Model : nil).orFalse,
            ]
        }
    }

    private func addCarer(_ record: ResidentRecord, _ call: PageCall) async throws -> Model? {
        guard call.principal.may(ChangeCareTeam.self, record.standing(of: call.principal)) else { return nil }
        let team = Set(record.careTeam.map(\.id))
        let staff = try await self.people.staff(home: record.resident.homeId, limit: 1_000, for: call.principal).items
        return [
            "action": "/residents/\(record.resident.id)/care-team", "key": call.newKey(),
            "options": staff.filter { !team.contains($0.id) }.map { person -> Model in
                ["value": person.id.description, "text": "\(person.name), \(person.title)"]
            },
        ]
    }

    // MARK: The people in their life

    private func contacts(_ record: ResidentRecord, _ call: PageCall) async throws -> Model? {
        let resident = record.resident
        guard call.principal.may(ReadContacts.self, record.standing(of: call.principal)) else { return nil }
        let contacts = try await self.people.contacts(of: resident.id, for: call.principal).items
        return [
            "href": "/residents/\(resident.id)/contacts",
            "write":
                (Role.staff.isDisjoint(with: call.principal.roles) || record.emergencyEndsAt != nil
                || !contacts.contains { $0.isConnected == true }
                ? nil : "/messages/new?resident=\(resident.id)&kind=family").orFalse,
            "items": contacts.map { contact -> Model in
                [
                    "name": contact.fullName, "initials": PersonName.initials(contact.fullName),
                    "relationship": contact.relationship.words, "isEmergency": contact.isEmergency,
                    "telephone": contact.telephone.orFalse, "authority": contact.authorityWords.orFalse,
                    "restrictions": contact.restrictions.map(\.kind.words),
                ]
            },
        ]
    }

    // MARK: Who changed what

    private func changes(_ record: ResidentRecord, _ call: PageCall, _ time: LocalTime) async throws -> Model? {
        guard call.principal.may(ReadResidentChanges.self, record.standing(of: call.principal)) else { return nil }
        let after = try call.query("changes").map { try Keyset($0, parts: 1) }
        let page = try await self.people.changes(of: record.resident.id, after: after, limit: 10, for: call.principal)
        return [
            "items": page.items.map { change -> Model in
                [
                    "by": change.by.name, "at": time.brief(change.at),
                    "steps": change.steps.map(\.words),
                ]
            },
            "isOpen": after != nil,
            "older": page.next.map { "/residents/\(record.resident.id)?changes=\($0)#changes" }.orFalse,
        ]
    }
}

extension ResidentRecord {
    /// How somebody stands to them, for pages that offer what can be done.
    func standing(of principal: Principal) -> Standing<Person> {
        var relations: Set<Relation> = self.careTeam.contains { $0.id == principal.person } ? [.careTeam] : []
        if self.resident.id == principal.person { relations.insert(.own) }
        if self.emergencyEndsAt != nil { relations.insert(.emergency) }
        return Standing(
            self.resident.id, relations, at: Place(home: self.resident.homeId, unit: self.resident.unitId),
            state: self.resident.status.rawValue)
    }
}

extension Resident {
    /// What stands below the name: how they like to be called, and where they are or were.
    fileprivate func lead(_ place: String) -> String {
        let called = self.calledDifferently.map { "Likes to be called \($0)." }
        guard self.status == .died else { return [called, "\(place)."].compactMap { $0 }.joined(separator: " ") }
        let day = self.diedOn.map { " on \($0.words)" } ?? ""
        return "\(self.preferredName) died\(day). \(place)."
    }
}

extension ResidentChange.Step {
    /// Such as `Room: 14, was 12`.
    fileprivate var words: String {
        if self.field == .admitted { return self.field.words }
        return switch (self.was, self.became) {
        case (let was?, let became?): "\(self.field.words): \(became), was \(was)"
        case (let was?, nil): "\(self.field.words): taken away, was \(was)"
        case (nil, let became?): "\(self.field.words): \(became)"
        case (nil, nil): self.field.words
        }
    }
}
