import Accounts
import Announcements
import Audit
import Foundation
import Kernel
import Messages
import People
import Postgres
import Rotas
import TestKit
import WriteCareConnect

@testable import Accounts
@testable import Web

/// A part that somebody plays; between them they stand in every way to the conversation and the residents of a scene.
enum Part: String, CaseIterable, Sendable {
    /// Manages the home, and is in no conversation.
    case manager
    /// Cares for the resident by name, and is in the conversation.
    case carer
    /// In the conversation, where they have asked for an answer.
    case nurse
    /// Works in the home; neither cares for the resident nor is in the conversation.
    case colleague
    /// Works in another home, and manages it.
    case elsewhere, elsewhereManager
    /// Runs the house, and reads no care.
    case housekeeper
    case director
    /// From outside: one who is in the resident's team, and one who is nothing to anybody here.
    case gp, stranger

    var role: Role {
        switch self {
        case .manager, .elsewhereManager: .registeredManager
        case .carer, .colleague, .elsewhere: .careAssistant
        case .nurse: .registeredNurse
        case .housekeeper: .housekeeping
        case .director: .providerDirector
        case .gp: .gp
        case .stranger: .relative
        }
    }
    var isElsewhere: Bool { self == .elsewhere || self == .elsewhereManager }
}

/// Somebody of a ``World``, signed in.
struct Someone: Sendable {
    let part: Part
    let principal: Principal
    let username: String
    /// The cookie of their sign-in, and the token of its forms.
    let cookie: String
    let token: String
    /// A search, sealed for their sign-in as the page seals it.
    let search: String
}

/// An organisation with its people signed in, in which every text that anybody typed carries a mark.
struct World: Sendable {
    static let password = "correct horse battery"

    let wcc: WriteCareConnect
    /// In lower case, and in every name and text of this organisation.
    let mark: String
    let id = Identifier<Organisation>.any()
    let home = Identifier<Home>.any(), otherHome = Identifier<Home>.any()
    let unit = Identifier<Kernel.Unit>.any()
    let resident = Identifier<Person>.any(), otherResident = Identifier<Person>.any()
    private(set) var people: [Part: Someone] = [:]
    private(set) var template = Identifier<MessageTemplate>.any()
    private(set) var professional = Identifier<Professional>.any()
    /// The version of the photo that the manager has put up of the resident.
    private(set) var photo = 0
    /// Somebody whom the director has invited to the home, and the role of the colleague there.
    private(set) var invitation = Identifier<ColleagueInvitation>.any(), role = Identifier<Grant>.any()

    /// Those who care for the resident by name; the first is the key worker.
    let team = [Part.carer, .nurse, .gp]
    /// Where the resident of the scene is.
    var place: Place { Place(home: self.home, unit: self.unit) }
    var everybody: [Someone] { Part.allCases.compactMap { self.people[$0] } }

    subscript(_ part: Part) -> Someone {
        guard let someone = self.people[part] else { preconditionFailure("\(part) has no account") }
        return someone
    }

    init(in wcc: WriteCareConnect, mark: String) async throws {
        self.wcc = wcc
        // Whoever has the same name and password in two organisations gets into either.
        self.mark = "\(mark)\(Int.random(in: 100_000...999_999))"
        let hash = try await wcc.accounts.passwords.hash(Password(Self.password))
        let ids = Dictionary(uniqueKeysWithValues: Part.allCases.map { ($0, Identifier<Person>.any()) })
        try await self.found(ids, hash)
        for part in Part.allCases { self.people[part] = try await self.signIn(part) }
        self.template = try await self.newTemplate()
        self.professional = try await self.newProfessional()
        self.photo = try await self.putUpPhoto(of: self.resident)
        self.invitation = try await self.invite()
        self.role = try await self.heldRole(of: self[.colleague].principal.person)
    }

    private func grant(_ part: Part) -> Grant {
        part == .director
            ? Grant(part.role, .organisation) : Grant(part.role, .home(part.isElsewhere ? self.otherHome : self.home))
    }

    func username(_ part: Part) -> String { "\(self.mark).\(part.rawValue.lowercased())" }

    private func found(_ ids: [Part: Identifier<Person>], _ hash: PasswordHash) async throws {
        let organisation = NewOrganisation(
            id: self.id, name: "\(self.mark) Care",
            homes: [
                NewHome(
                    id: self.home, name: "\(self.mark) House",
                    units: [NewUnit(id: self.unit, name: "\(self.mark) Garden")]),
                NewHome(id: self.otherHome, name: "\(self.mark) View", tint: "harbour"),
            ])
        let staff = ids.map { part, id in
            NewStaff(
                person: NewPerson(
                    id: id, fullName: "Ottoline \(self.mark) \(part.rawValue)", preferredName: "\(self.mark)Tilly"),
                home: part == .director ? nil : part.isElsewhere ? self.otherHome : self.home,
                jobTitle: "\(self.mark) \(part.role.title)")
        }
        let team = self.team.compactMap { ids[$0] }
        let residents = [
            self.newResident(self.resident, "Edith", self.home, self.unit, team),
            self.newResident(self.otherResident, "Arthur", self.otherHome, nil, []),
        ]
        let accounts = ids.map { part, id in
            NewAccount(
                id: .any(), person: id, username: SignInName(unchecked: self.username(part)),
                email: SignInName(unchecked: "\(self.username(part))@example.org"), password: hash,
                grants: [self.grant(part)])
        }
        let directory = self.wcc.accounts.directory
        try await self.wcc.database.transaction(as: .tenant(self.id)) { tx in
            try directory.found(organisation, at: Date(), in: tx)
            try PeopleDirectory().enrol(staff: staff, residents: residents, in: tx)
            try directory.open(accounts, at: Date(), in: tx)
        }
    }

    private func newResident(
        _ id: Identifier<Person>, _ name: String, _ home: Identifier<Home>, _ unit: Identifier<Kernel.Unit>?,
        _ team: [Identifier<Person>]
    ) -> NewResident {
        NewResident(
            person: NewPerson(
                id: id, fullName: "\(name) \(self.mark) Marlow", preferredName: "\(self.mark)\(name)",
                dateOfBirth: LocalDate("1938-05-09")),
            home: home, unit: unit, room: "\(self.mark)7", status: .current,
            movedInOn: LocalDate("2026-02-02") ?? LocalDate.distant, keyWorker: team.first, careTeam: team)
    }

    /// Signs somebody in once more.
    func signIn(_ part: Part) async throws -> Someone {
        let network = "10.\(Int.random(in: 0...255)).\(Int.random(in: 0...255)).\(Int.random(in: 0...255))"
        let signIn = try await self.wcc.accounts.signIn(
            SignInAttempt(
                name: self.username(part), password: Password(Self.password), network: AddressPrefix(network),
                agent: "Tests"))
        return Someone(
            part: part, principal: signIn.visitor.principal, username: self.username(part),
            cookie: "__Host-wcc=\(signIn.secret.text.value)", token: FormToken(for: signIn.visitor).text,
            search: try signIn.visitor.seal(#"{"text":"said"}"#, for: "search"))
    }

    /// What a sample may be asked of, changing nobody whom another is asked of.
    func scene(for sample: Sample) async throws -> Scene {
        if sample.isUnsafe, sample.target == .rota {
            var scene = try await self.scene()
            scene.shift = try await self.planShift()
            return scene
        }
        if sample.template.contains("{tablet}") {
            var scene = try await self.scene()
            scene.tablet = try await self.wcc.accounts.enrol(
                TabletDraft(homeId: self.home, name: "\(self.mark) tablet"), by: self[.manager].principal
            ).record.value.id
            return scene
        }
        if sample.target == .emergency {
            var scene = try await self.scene()
            scene.emergency = try await self.openInEmergency(scene.resident)
            return scene
        }
        if sample.target == .announcement { return try await self.sceneWithAnnouncement() }
        if sample.target == .scheduled {
            var scene = try await self.scene()
            scene.scheduled = try await self.newScheduled(in: scene)
            return scene
        }
        if sample.target == .matter {
            var scene = try await self.scene()
            scene.conversation = try await self.newCase(in: scene)
            return scene
        }
        if sample.target == .professional, sample.isUnsafe {
            var scene = try await self.scene()
            scene.professional = try await self.newProfessional()
            return scene
        }
        if sample.target == .template, sample.isUnsafe {
            var scene = try await self.scene()
            scene.template = try await self.newTemplate()
            return scene
        }
        if sample.isUnsafe, [.staff, .invitation].contains(sample.target) {
            return try await self.staffScene(for: sample)
        }
        guard sample.isUnsafe, sample.target == .resident else { return try await self.scene() }
        let resident = self.newResident(
            .any(), "Edith", self.home, self.unit, self.team.map { self[$0].principal.person })
        try await self.wcc.database.transaction(as: .tenant(self.id)) { tx in
            try PeopleDirectory().enrol(staff: [], residents: [resident], in: tx)
        }
        var scene = try await self.scene(about: resident.person.id)
        scene.need = try await self.wcc.people.record(
            NewNeed(kind: .hearingAid, words: "\(self.mark) ear", sharing: .agreed), of: scene.resident,
            by: self[.manager].principal
        ).value.id
        let contact = try await self.wcc.people.add(
            ContactDetails(fullName: "\(self.mark) Ellis", relationship: .child), to: scene.resident,
            by: self[.manager].principal
        ).value
        let restricted = try await self.wcc.people.add(
            ContactDetails(fullName: "\(self.mark) Peters", relationship: .child), to: scene.resident,
            by: self[.manager].principal
        ).value
        let restriction = try await self.wcc.people.restrict(
            restricted.id, NewRestriction(kind: .noVisits, reason: "\(self.mark) said so"), of: scene.resident,
            by: self[.manager].principal
        ).value.restrictions.first
        if sample.act == WithdrawContactInvitation.self {
            _ = try await self.wcc.accounts.invite(contact.id, of: scene.resident, by: self[.manager].principal)
        }
        if sample.act == ResetContactPassword.self { try await self.connect(contact.id, of: scene.resident) }
        scene.unlinked = try await self.newProfessional()
        scene.link = try await self.wcc.people.link(
            NewLink(self.professional), to: scene.resident, by: self[.manager].principal
        ).value.id
        if sample.template.contains("/photo") { scene.photo = try await self.putUpPhoto(of: scene.resident) }
        scene.shift = try await self.planShift()
        (scene.contact, scene.restricted) = (contact.id, restricted.id)
        if let restriction { scene.restriction = restriction.id }
        return scene
    }

    private func planShift() async throws -> Identifier<Shift> {
        let (starts, ends) = Sample.anyMinute()
        let shift = NewShift(person: self[.colleague].principal.person, starts: starts, ends: ends)
        return try await self.wcc.rotas.plan(shift, in: self.home, by: self[.manager].principal).value.id
    }

    /// A conversation of its own about the resident, between carer and nurse, with an urgent message of the nurse's.
    func scene(about resident: Identifier<Person>? = nil) async throws -> Scene {
        let resident = resident ?? self.resident
        let conversation = try await self.wcc.messages.start(
            Opening(
                kind: .group, subject: "\(self.mark) subject", resident: resident,
                members: [self[.nurse].principal.person]), by: self[.carer].principal
        ).value.id
        // Whoever only watches over the home has no right to read it; the nurse's right comes from being in it.
        let message = try await self.wcc.messages.send(
            Draft(
                body: "\(self.mark) has said this", urgency: .urgent, mentions: [self[.carer].principal.person]),
            to: conversation, by: self[.nurse].principal
        ).value.id
        return Scene(
            conversation: conversation, message: message, resident: resident, home: self.home,
            otherHome: self.otherHome, unit: self.unit, outsider: self[.colleague].principal.person,
            member: self[.nurse].principal.person, staff: self[.colleague].principal.person, role: self.role,
            invitation: self.invitation, template: self.template, professional: self.professional, photo: self.photo)
    }

    private func putUpPhoto(of resident: Identifier<Person>) async throws -> Int {
        try await self.wcc.people.put(
            TestPicture.any, agreedBy: .resident, of: resident, by: self[.manager].principal
        ).value.version
    }

    /// A scene with an announcement of the manager's to the home, of which everybody there has been told, and with
    /// something that the carer says later.
    func sceneWithAnnouncement() async throws -> Scene {
        var scene = try await self.scene()
        let announced = try await self.wcc.announcements.announce(
            NewAnnouncement(
                title: "\(self.mark) title", body: "\(self.mark) announces this", at: Place(home: self.home),
                asksConfirmation: true), by: self[.manager].principal
        ).value
        // Whether this or the worker comes first makes no difference.
        try await self.wcc.announcements.tell(TellPeople(announcement: announced.id, chunk: 0), in: self.id)
        scene.announcement = announced.id
        scene.scheduled = try await self.newScheduled(in: scene)
        scene.emergency = try await self.openInEmergency(scene.resident)
        return scene
    }

    /// Something that the carer says tomorrow.
    func newScheduled(in scene: Scene) async throws -> Identifier<ScheduledMessage> {
        try await self.wcc.messages.schedule(
            LaterDraft(body: "\(self.mark) says this later", goesAt: Date().addingTimeInterval(86_400)),
            in: scene.conversation, by: self[.carer].principal
        ).value.id
    }

    /// A case about the resident that the carer opens with the nurse.
    func newCase(in scene: Scene) async throws -> Identifier<Conversation> {
        try await self.wcc.messages.start(
            Opening(
                kind: .matter, subject: "\(self.mark) matter", resident: scene.resident,
                members: [self[.nurse].principal.person]), by: self[.carer].principal
        ).value.id
    }

    private func newProfessional() async throws -> Identifier<Professional> {
        try await self.wcc.people.add(
            ProfessionalDetails(
                fullName: "\(self.mark) Okafor", role: .gp, worksFor: "\(self.mark) Surgery", register: .gmc,
                registrationNumber: "\(self.mark.prefix(7))", comesIn: "\(self.mark) on Tuesdays"),
            by: self[.manager].principal
        ).value.id
    }

    private func newTemplate() async throws -> Identifier<MessageTemplate> {
        try await self.wcc.messages.create(
            TemplateDraft(title: "\(self.mark) template", body: "\(self.mark): {{What happened}}, {{resident}}"),
            by: self[.manager].principal
        ).value.id
    }

    /// What the audit says has been done here, oldest first.
    func audited(by admin: Database) async throws -> [AuditEntry] {
        try await admin.read(
            as: .system("test"),
            """
            SELECT action, kind, person_id, resident_id, request, rule FROM audit.entry
            WHERE tenant_id = \(self.id.uuid) ORDER BY at, id
            """
        ).map { row in
            AuditEntry(
                action: try row.read("action"), kind: try row.read("kind"),
                person: try row.readIfPresent("person_id", as: UUID.self).map { Identifier($0) },
                resident: try row.readIfPresent("resident_id", as: UUID.self).map { Identifier($0) },
                request: try row.readIfPresent("request"), rule: try row.read("rule"))
        }
    }
}

extension LocalDate {
    fileprivate static var distant: LocalDate { preconditionFailure("a date that is written as dates are") }
}

struct AuditEntry: Sendable, Hashable {
    let action: String
    let kind: String
    let person: Identifier<Person>?
    let resident: Identifier<Person>?
    let request: String?
    let rule: String
}

/// The ids that a request names.
struct Scene: Sendable {
    var conversation: Identifier<Conversation>
    var message: Identifier<Message>
    var resident: Identifier<Person>
    var home: Identifier<Home>
    var otherHome: Identifier<Home>
    var unit: Identifier<Kernel.Unit>
    /// Works here, and is not in the conversation.
    var outsider: Identifier<Person>
    /// Is in the conversation.
    var member: Identifier<Person>
    /// A colleague who works in the home, and the role they have there.
    var staff: Identifier<Person>
    var role: Identifier<Grant>
    var invitation: Identifier<ColleagueInvitation>
    /// Something the resident needs, if the resident is the scene's own.
    var need = Identifier<CommunicationNeed>.any()
    /// Two of the people in such a resident's life, and what the second is restricted in.
    var contact = Identifier<Contact>.any(), restricted = Identifier<Contact>.any()
    var restriction = Identifier<ContactRestriction>.any()
    /// On the rota, if the scene is for what changes that.
    var shift = Identifier<Shift>.any()
    /// If the scene is ``World/sceneWithAnnouncement()``, or was made for it.
    var emergency = Identifier<EmergencyAccess>.any()
    /// If the scene is ``World/sceneWithAnnouncement()``.
    var announcement = Identifier<Announcement>.any()
    var template = Identifier<MessageTemplate>.any()
    var professional = Identifier<Professional>.any()
    /// The version of the resident's photo.
    var photo = 0
    /// That the world's professional is such a resident's, and one who is not.
    var link = Identifier<ResidentProfessional>.any(), unlinked = Identifier<Professional>.any()
    /// If the scene is ``World/sceneWithAnnouncement()``, or was made for it.
    var scheduled = Identifier<ScheduledMessage>.any()
    /// In the home, if the scene is for what changes it.
    var tablet = Identifier<Tablet>.any()

    /// Ids of nothing at all, among people who are there.
    func imagined() -> Scene {
        Scene(
            conversation: .any(), message: .any(), resident: .any(), home: .any(), otherHome: .any(),
            unit: .any(), outsider: self.outsider, member: self.member, staff: .any(), role: .any(), invitation: .any())
    }
}
