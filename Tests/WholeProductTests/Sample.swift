import Accounts
import Foundation
import HTTPTypes
import Kernel
import Messages
import People
import Testing
import Web

/// One request for each route, as somebody would send it for whom all is well.
///
/// A route without one fails ``RouteTableTests``: whoever adds a route says here what it is asked, who may ask it and
/// what the audit has of it.
struct Sample: Sendable, CustomTestStringConvertible {
    enum Target: Sendable {
        case nothing, conversation, message, resident
        /// A colleague, and an invitation of one.
        case staff, invitation
        /// No object, but the home where somebody works.
        case place
        /// A home that is there, and one that everybody knows of.
        case home
        /// What is planned at a home, which only those see who work there.
        case rota
        case announcement, template, scheduled, professional
        /// A case that the carer opened with the nurse.
        case matter
        /// A record that somebody opened in an emergency.
        case emergency
    }
    enum Body: Sendable {
        case none
        case json(@Sendable (Scene, Someone?) -> String)
        case form(@Sendable (Scene, Someone?) -> [(String, String)])
        /// A form with a photo among its fields.
        case upload(@Sendable (Scene, Someone?) -> [(String, String)])
        /// A photo alone, and the headers that belong to it.
        case photo([String: String])
    }

    /// As the route table has it.
    let route: String
    /// What the policy is asked; `nil` for a route that is for anyone.
    let act: (any Permission.Type)?
    let status: HTTPResponse.Status
    var target = Target.nothing
    var body = Body.none
    var query = ""
    /// What the policy's state is, where it is not the object's own: the role that is given or taken away.
    var state: String?
    /// The part that may do it, and the entries it leaves; without them, one of the act itself.
    var by = Part.carer
    var audit: [String]?
    /// Which of several samples of the same route.
    var variant = ""
    var endsSignIn = false
    var isStream = false

    var testDescription: String { self.variant.isEmpty ? self.route : "\(self.route), \(self.variant)" }
    var method: HTTPRequest.Method { .init(self.route.prefix { $0 != " " }.description) ?? .get }
    var template: String { self.route.split(separator: " ").last.map(String.init) ?? "" }
    var isPage: Bool { !self.template.hasPrefix("/api/") }
    var isUnsafe: Bool { self.method != .get }
    /// Whether it is about something that may not be there.
    var isAboutObject: Bool { ![.nothing, .place].contains(self.target) }
    /// Whether it needs a conversation that it may change.
    var changesScene: Bool { self.isUnsafe && self.isAboutObject }
    var entries: [String] { self.audit ?? [self.act?.name].compactMap { $0 } }

    func path(_ scene: Scene, _ someone: Someone?) -> String {
        let person = self.variant == "somebody else" ? scene.member : someone?.principal.person ?? scene.member
        let ids = [
            "conversation": "\(scene.conversation)", "message": "\(scene.message)", "resident": "\(scene.resident)",
            "person": "\(self.target == .staff ? scene.staff : person)", "role": "\(scene.role)",
            "invitation": "\(scene.invitation)", "home": "\(scene.home)", "unit": "\(scene.unit)", "secret": "nothing",
            "sign_in": someone?.principal.signIn?.description ?? "none", "seq": "0", "need": "\(scene.need)",
            "contact": self.template.contains("{restriction}") ? "\(scene.restricted)" : "\(scene.contact)",
            "professional": "\(scene.professional)", "link": "\(scene.link)",
            "restriction": "\(scene.restriction)", "shift": "\(scene.shift)",
            "announcement": "\(scene.announcement)", "emergency": "\(scene.emergency)",
            "template": "\(scene.template)", "scheduled": "\(scene.scheduled)", "version": "\(scene.photo)",
            "tablet": "\(scene.tablet)", "form": "none",
        ]
        let path = ids.reduce(self.template) { $0.replacingOccurrences(of: "{\($1.key)}", with: $1.value) }
        return path
            + self.query.replacingOccurrences(of: "{message}", with: "\(scene.message)")
            .replacingOccurrences(of: "{search}", with: someone?.search ?? "none")
    }
}

extension Sample {
    static let all: [Sample] =
        Self.accounts + Self.passwords + Self.factors + Self.tablets + Self.tokens + Self.staff + Self.invitations
        + Self.signIns
        + Self.homes
        + Self.people
        + Self.residents
        + Self.needs
        + Self.contacts + Self.family + Self.cases + Self.imports + Self.professionals + Self.photos + Self.emergencies
        + Self.conversations + Self.pages + Self.conversationPages + Self.changes + Self.searching
        + Self.operations + Self.auditing + Self.security + Self.messagePolicy + Self.presence
        + Self.rotas + Self.ladders
        + Self.announcements + Self.announcementPages + Self.templates + Self.scheduling

    private static let accounts: [Sample] = [
        // Without a form's token, which only a browser that has loaded the page has.
        Sample(
            route: "POST /sign-in", act: nil, status: .forbidden,
            body: .form { _, _ in [("username", "nobody"), ("password", "nothing at all")] }, audit: []),
        Sample(route: "GET /sign-in", act: nil, status: .seeOther, audit: []),
        Sample(route: "GET /setup", act: nil, status: .notFound, audit: []),
        Sample(route: "POST /setup", act: nil, status: .forbidden, body: .form { _, _ in [] }, audit: []),
        Sample(
            route: "POST /api/v1/accounts/sign-in", act: nil, status: .unauthorized,
            body: .json { _, _ in #"{"username":"nobody.\#(UUID())","password":"nothing at all"}"# }, audit: []),
        Sample(route: "GET /api/v1/accounts/me", act: ReadOwnAccount.self, status: .ok),
        Sample(route: "GET /api/v1/accounts/homes", act: ListHomes.self, status: .ok),
        Sample(route: "POST /api/v1/accounts/sign-out", act: SignOut.self, status: .noContent, endsSignIn: true),
        Sample(
            route: "POST /sign-out", act: SignOut.self, status: .seeOther, body: .form { _, _ in [] },
            endsSignIn: true),
        Sample(route: "GET /api/v1/events", act: FollowEvents.self, status: .ok, audit: [], isStream: true),
        Sample(route: "GET /events", act: FollowEvents.self, status: .ok, audit: [], isStream: true),
    ]

    private static let people: [Sample] = [
        Sample(route: "GET /api/v1/people/residents", act: ListResidents.self, status: .ok),
        Sample(
            route: "GET /api/v1/people/residents", act: ListResidents.self, status: .ok, query: "?q=Ottoline&mine=true",
            variant: "searched"),
        Sample(
            route: "GET /api/v1/people/residents/{resident}", act: ReadResident.self, status: .ok, target: .resident),
        Sample(route: "GET /api/v1/people/staff", act: ListStaff.self, status: .ok),
        Sample(
            route: "GET /api/v1/people/staff", act: ListStaff.self, status: .ok, query: "?q=Ottoline",
            variant: "searched"),
        Sample(route: "GET /residents", act: ListResidents.self, status: .ok),
        Sample(
            route: "GET /residents", act: ListResidents.self, status: .ok, query: "?q=Edith", variant: "searched"),
        // Who they are, who is in their life, and what is said about them.
        Sample(
            route: "GET /residents/{resident}", act: ReadResident.self, status: .ok, target: .resident,
            audit: [
                "people.read_contacts", "people.read_resident", "people.read_resident",
                "people.read_resident_professionals",
            ]),
        Sample(
            route: "GET /residents", act: ListResidents.self, status: .ok, query: "?status=hospital",
            variant: "those in hospital"),
        // Who changed what, and who could come into the care team.
        Sample(
            route: "GET /residents/{resident}", act: ReadResident.self, status: .ok, target: .resident, by: .manager,
            audit: [
                "people.list_professionals", "people.list_staff", "people.read_changes", "people.read_contacts",
                "people.read_resident", "people.read_resident", "people.read_resident_professionals",
            ],
            variant: "as a manager"),
    ]

    private static let opening: @Sendable (Scene, Someone?) -> String = { scene, someone in
        let other = someone?.principal.person == scene.outsider ? scene.member : scene.outsider
        return #"{"kind":"group","subject":"Anything","members":["\#(other)"]}"#
    }

    private static let conversations: [Sample] = [
        Sample(route: "GET /api/v1/messages/conversations", act: ListConversations.self, status: .ok),
        Sample(
            route: "POST /api/v1/messages/conversations", act: StartConversation.self, status: .created,
            body: .json(Self.opening)),
        Sample(
            route: "GET /api/v1/messages/conversations/{conversation}", act: ReadConversation.self, status: .ok,
            target: .conversation),
        Sample(
            route: "GET /api/v1/messages/conversations/{conversation}/messages", act: ReadConversation.self,
            status: .ok, target: .conversation),
        Sample(
            route: "POST /api/v1/messages/conversations/{conversation}/messages", act: SendMessage.self,
            status: .created, target: .conversation,
            body: .json { _, _ in #"{"body":"Anything","urgency":"same_day"}"# }),
        Sample(
            route: "POST /api/v1/messages/conversations/{conversation}/messages/{message}/acknowledgement",
            act: AcknowledgeMessage.self, status: .ok, target: .conversation),
        Sample(
            route: "GET /api/v1/messages/conversations/{conversation}/messages/{message}/receipts",
            act: ReadConversation.self, status: .ok, target: .conversation),
        Sample(
            route: "POST /api/v1/messages/conversations/{conversation}/read", act: MarkRead.self, status: .ok,
            target: .conversation, body: .json { _, _ in #"{"seq":1}"# }),
        Sample(
            route: "POST /api/v1/messages/conversations/{conversation}/members", act: ChangeMembers.self, status: .ok,
            target: .conversation,
            body: .json { scene, _ in #"{"person_id":"\#(scene.outsider)","sees_history":false}"# }),
        Sample(
            route: "DELETE /api/v1/messages/conversations/{conversation}/members/{person}",
            act: LeaveConversation.self, status: .ok, target: .conversation, variant: "oneself"),
        Sample(
            route: "DELETE /api/v1/messages/conversations/{conversation}/members/{person}", act: ChangeMembers.self,
            status: .ok, target: .conversation, variant: "somebody else"),
        Sample(route: "GET /api/v1/messages/urgent", act: ListConversations.self, status: .ok),
        Sample(route: "GET /api/v1/messages/unanswered", act: SeeUnanswered.self, status: .ok, by: .manager),
    ]

    private static let pages: [Sample] = [
        // Wherever one begins, one is sent on.
        Sample(route: "GET /", act: ListConversations.self, status: .seeOther, audit: []),
        Sample(
            route: "GET /today", act: ListConversations.self, status: .ok,
            audit: ["announcements.list", "messages.list", "messages.list", "people.list_residents"]),
        Sample(
            route: "GET /today", act: ListConversations.self, status: .ok, by: .manager,
            audit: [
                "announcements.list", "announcements.list", "messages.list", "messages.list", "messages.see_unanswered",
                "people.list_emergencies", "people.list_residents",
            ],
            variant: "as a manager"),
        Sample(route: "GET /messages", act: ListConversations.self, status: .ok),
        Sample(
            route: "GET /messages", act: ListConversations.self, status: .ok, query: "?show=urgent",
            variant: "what is urgent"),
        Sample(
            route: "GET /messages/new", act: StartConversation.self, status: .ok,
            audit: ["people.list_residents", "people.list_staff"]),
        Sample(
            route: "GET /concern", act: StartConversation.self, status: .ok,
            audit: ["people.list_residents", "people.list_staff"]),
        Sample(
            route: "POST /messages/new", act: StartConversation.self, status: .seeOther,
            body: .form { scene, someone in
                let other = someone?.principal.person == scene.outsider ? scene.member : scene.outsider
                return [
                    ("form", "message"), ("kind", "group"), ("people", "\(other)"), ("subject", "Anything"),
                    ("body", "Anything"), ("urgency", "routine"),
                ]
            }, audit: ["messages.send", "messages.start"]),
    ]

    private static let conversationPages: [Sample] = [
        Sample(
            route: "GET /messages/{conversation}", act: ReadConversation.self, status: .ok, target: .conversation,
            audit: ["messages.list", "messages.read", "people.list_staff", "people.read_needs"]),
        Sample(
            route: "GET /messages/{conversation}", act: ReadConversation.self, status: .ok, target: .conversation,
            query: "?at={message}&reply={message}",
            audit: ["messages.list", "messages.read", "people.list_staff", "people.read_needs"], variant: "at a message"
        ),
        Sample(
            route: "POST /messages/{conversation}", act: SendMessage.self, status: .seeOther, target: .conversation,
            body: .form { _, _ in [("body", "Anything"), ("urgency", "routine"), ("reply_to", "")] }),
        Sample(
            route: "GET /messages/{conversation}/since/{seq}", act: ReadConversation.self, status: .ok,
            target: .conversation),
        // The message, and the conversation for the way back.
        Sample(
            route: "GET /messages/{conversation}/messages/{message}/receipts", act: ReadConversation.self, status: .ok,
            target: .conversation, audit: ["messages.read", "messages.read"]),
        Sample(
            route: "POST /messages/{conversation}/messages/{message}/acknowledgement", act: AcknowledgeMessage.self,
            status: .seeOther, target: .conversation, body: .form { _, _ in [("return", "/today")] }),
        Sample(
            route: "POST /messages/{conversation}/read", act: MarkRead.self, status: .seeOther, target: .conversation,
            body: .form { _, _ in [("seq", "1")] }),
        Sample(
            route: "POST /messages/{conversation}/members", act: ChangeMembers.self, status: .seeOther,
            target: .conversation, body: .form { scene, _ in [("person", "\(scene.outsider)")] }),
        Sample(
            route: "POST /messages/{conversation}/leave", act: LeaveConversation.self, status: .seeOther,
            target: .conversation, body: .form { _, _ in [] }),
    ]

    private static let message = "/messages/{conversation}/messages/{message}"

    /// What becomes of the nurse's message after it was sent.
    private static let changes: [Sample] = [
        Sample(
            route: "PUT /api/v1/messages/conversations/{conversation}/messages/{message}", act: EditMessage.self,
            status: .ok, target: .message, body: .json { _, _ in #"{"body":"Anything else"}"# }, by: .nurse),
        Sample(
            route: "DELETE /api/v1/messages/conversations/{conversation}/messages/{message}",
            act: RetractMessage.self, status: .ok, target: .message, by: .nurse),
        Sample(
            route: "POST /api/v1/messages/conversations/{conversation}/messages/{message}/removal",
            act: RemoveMessage.self, status: .ok, target: .message,
            body: .json { _, _ in #"{"reason":"About somebody else"}"# }, by: .manager),
        Sample(
            route: "GET /api/v1/messages/conversations/{conversation}/messages/{message}/versions",
            act: ReadVersions.self, status: .ok, target: .message),
        Sample(
            route: "POST /api/v1/messages/conversations/{conversation}/messages/{message}/reactions",
            act: ReactToMessage.self, status: .ok, target: .message,
            body: .json { _, _ in #"{"reaction":"thank_you","is_given":true}"# }),
        Sample(
            route: "PUT /api/v1/messages/conversations/{conversation}/messages/{message}/tags", act: TagMessage.self,
            status: .ok, target: .message, body: .json { _, _ in #"{"tags":["fluids","skin"]}"# }),
        Sample(
            route: "GET /api/v1/messages/conversations/{conversation}/tagged", act: SeeTags.self, status: .ok,
            target: .conversation, query: "?tag=fluids"),
        Sample(
            route: "GET /messages/{conversation}/tagged", act: SeeTags.self, status: .ok,
            target: .conversation, query: "?tag=fluids", audit: ["messages.read", "messages.see_tags"]),
        Sample(route: "GET \(Self.message)", act: ReadConversation.self, status: .ok, target: .conversation),
        Sample(
            route: "GET \(Self.message)", act: ReadConversation.self, status: .ok, target: .conversation, by: .nurse,
            variant: "as its author"),
        // The message, and the conversation for the way back.
        Sample(
            route: "GET \(Self.message)/versions", act: ReadVersions.self, status: .ok, target: .message,
            audit: ["messages.read", "messages.read_versions"]),
        Sample(
            route: "POST \(Self.message)/edit", act: EditMessage.self, status: .seeOther, target: .message,
            body: .form { _, _ in [("body", "Anything else"), ("version", "1")] }, by: .nurse),
        Sample(
            route: "POST \(Self.message)/reactions", act: ReactToMessage.self, status: .seeOther, target: .message,
            body: .form { _, _ in [("give", "heart")] }),
        Sample(
            route: "POST \(Self.message)/tags", act: TagMessage.self, status: .seeOther, target: .message,
            body: .form { _, _ in [("tags", "fluids"), ("tags", "skin")] }),
        Sample(
            route: "POST \(Self.message)/retract", act: RetractMessage.self, status: .seeOther, target: .message,
            body: .form { _, _ in [("version", "1")] }, by: .nurse),
        Sample(
            route: "POST \(Self.message)/remove", act: RemoveMessage.self, status: .seeOther, target: .message,
            body: .form { _, _ in [("reason", "About somebody else")] }, by: .manager),
    ]

    private static let searching: [Sample] = [
        Sample(
            route: "POST /api/v1/messages/conversations/{conversation}/arrangement", act: ArrangeConversation.self,
            status: .ok, target: .conversation,
            body: .json { _, _ in #"{"is_pinned":true,"is_muted":true,"is_archived":false}"# }),
        Sample(
            route: "POST /messages/{conversation}/arrangement", act: ArrangeConversation.self, status: .seeOther,
            target: .conversation, body: .form { _, _ in [("muted", "true")] }),
        Sample(
            route: "POST /api/v1/messages/search", act: SearchMessages.self, status: .ok,
            body: .json { _, _ in #"{"text":"said"}"# }),
        Sample(
            route: "GET /api/v1/messages/residents/{resident}/messages", act: ReadAboutResident.self, status: .ok,
            target: .resident),
        // Whom it may be about, and who may have written it.
        Sample(
            route: "GET /search", act: SearchMessages.self, status: .ok,
            audit: ["people.list_residents", "people.list_staff"]),
        Sample(
            route: "GET /search", act: SearchMessages.self, status: .ok, query: "?s={search}",
            audit: ["messages.search", "people.list_residents", "people.list_staff"], variant: "with words"),
        // Only sends on to an address that nobody can read.
        Sample(
            route: "POST /search", act: SearchMessages.self, status: .seeOther,
            body: .form { _, _ in [("text", "said"), ("from", "2026-11-01"), ("unanswered", "true")] }, audit: []),
        Sample(
            route: "GET /residents/{resident}/messages", act: ReadAboutResident.self, status: .ok, target: .resident,
            audit: ["messages.read_about_resident", "people.read_resident"]),
    ]
}
