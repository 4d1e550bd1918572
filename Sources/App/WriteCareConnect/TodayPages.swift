import Announcements
import Audit
import FoundationEssentials
import Hummingbird
import Kernel
import Messages
import People
import Web

/// `/today`: what needs the reader now, put together from the modules that know.
struct TodayPages: Sendable {
    let messages: MessagesService
    let people: PeopleService
    let announcements: AnnouncementsService
    let security: SecurityService

    func register(on pages: inout PageRoutes) {
        pages.get("today", needs: ListConversations.self, query: [QueryParameter("home", .identifier)], self.show)
        pages.get("", needs: nil) { call in call.redirect("/today") }
    }

    @Sendable func show(_ call: PageCall) async throws -> Response {
        let visitor = call.visitor, principal = call.principal
        let mine = visitor.homes.filter(\.isMine)
        let chosen = call.query("home").flatMap { id in mine.first { $0.id.description == id.lowercased() } }
        if call.query("home") != nil, chosen == nil { throw Problem.nothingHere }
        let isManager = principal.may(SeeUnanswered.self, principal.membership)
        let homes = chosen.map { [$0] } ?? mine
        let waiting = try await self.messages.waiting(for: principal)
        let unanswered = isManager ? try await self.messages.unanswered(for: principal) : []
        let announced = try await self.announcements.waiting(for: principal)
        let reviewsEmergencies = principal.may(ListEmergencies.self, principal.membership)
        let opened =
            reviewsEmergencies ? try await self.people.emergencies(isWaiting: true, limit: 10, for: principal) : nil
        let alerts =
            principal.may(ReadSecurityLog.self, principal.membership)
            ? try await self.security.alerts(for: principal) : []
        let confirming = isManager ? try await self.confirming(call) : []
        // Whoever is here for somebody who lives here has few conversations, and nothing else.
        let unread = try await self.messages.conversations(
            principal.isCircle ? .all : .unread, limit: principal.isCircle ? 20 : 5, for: principal)
        let rows = ConversationRows(for: visitor, at: call.now)
        let heading = (chosen ?? (mine.count == 1 ? mine.first : nil)).map { "Today at \($0.name)" } ?? "Today"
        let time = visitor.time(at: call.now, in: chosen?.id)
        let open = unanswered.filter { item in homes.contains { $0.id == item.conversation.homeId } }
        let model: Model = [
            "heading": heading, "now": time.model(call.now, text: time.full(call.now)),
            "lead": self.lead(waiting.count, open.count, isManager),
            "self": chosen.map { "/today?home=\($0.id)" } ?? "/today",
            "urgent": waiting.map { self.urgent($0, call, several: mine.count > 1) },
            "alerts": SecurityAlertsModel(
                alerts, time: call.visitor.time(at: call.now), key: call.newKey(), returning: "/today"
            ).model.orFalse,
            "emergencies": (opened?.items ?? []).map { self.emergency($0, call) },
            "emergency":
                (principal.may(OpenInEmergency.self, principal.membership) ? "/residents/emergencies/new" : nil)
                .orFalse,
            "announcements": announced.map { self.announcement($0, call) },
            "confirming": confirming,
            "homes": isManager ? homes.map { self.home($0, open, call) } : [],
            "unreadTitle": principal.isCircle ? "Your conversations" : "New messages",
            "unreadNone": principal.isCircle
                ? "Nobody has begun a conversation with you yet. When somebody writes to you, it is here."
                : "You have read everything. New messages show here as they come.",
            "unread": unread.items.map { rows.row($0) },
            "unreadMore":
                (unread.next == nil || principal.isCircle
                ? nil : ["href": "/messages?show=unread", "text": "All unread conversations"] as Model).orFalse,
            "residents": try await self.residents(call).orFalse,
        ]
        return try await call.page("today/today", model, title: heading, nav: .today, home: chosen)
    }

    private func lead(_ waiting: Int, _ open: Int, _ isManager: Bool) -> String {
        if waiting > 0 {
            return "\(Words.count(waiting, "urgent message needs", "urgent messages need").capitalised) you."
        }
        if isManager, open > 0 {
            return "\(Words.count(open, "urgent message is", "urgent messages are").capitalised) not answered."
        }
        return "Nothing urgent waits for you."
    }

    private func title(_ item: UrgentItem) -> String {
        item.resident?.heading ?? item.conversation.subject ?? item.message.author.name
    }

    private func urgent(_ item: UrgentItem, _ call: PageCall, several: Bool) -> Model {
        let home = call.visitor.home(item.conversation.homeId), message = item.message
        let asked = message.acknowledgements
        let path = "\(MessagesPaths.conversation(message.conversationId))/messages/\(message.id)"
        return [
            "id": message.id.description, "tint": (home?.tint).orFalse, "urgency": "Urgent",
            "home": (several ? home?.name : nil).orFalse, "title": self.title(item),
            "need": item.passedOnAt == nil ? "You have not answered" : "Passed on to you",
            "passedOn": item.passedOnAt.map { at in
                let time = call.visitor.time(at: call.now, in: item.conversation.homeId)
                return "Passed on to you at \(time.time(at)), because nobody has answered."
            }.orFalse,
            "text": message.body, "author": message.author.name, "role": message.author.title,
            "at": call.visitor.time(at: call.now, in: item.conversation.homeId).brief(message.sentAt),
            "answered": "\(asked.filter { $0.at != nil }.count) of \(asked.count) have answered.",
            "href": MessagesPaths.at(message.id, in: message.conversationId),
            "acknowledge": [
                "action": "\(path)/acknowledgement", "key": call.newKey(), "version": "\(message.version ?? 1)",
            ] as Model,
        ]
    }

    /// A record that somebody opened in an emergency, until somebody in charge has looked at it.
    private func emergency(_ one: EmergencyAccess, _ call: PageCall) -> Model {
        let time = call.visitor.time(at: call.now, in: one.homeId), isOpen = one.endsAt > call.now
        let due = one.reviewDueAt
        return [
            "id": one.id.description, "href": "/residents/emergencies/\(one.id)", "title": one.resident.name,
            "tint": (call.visitor.home(one.homeId)?.tint).orFalse, "by": one.person.name, "role": one.person.title,
            "at": time.brief(one.openedAt), "reason": one.reason.excerpt(160),
            "open": (isOpen ? "Open until \(time.time(one.endsAt))" : nil).orFalse,
            "isOverdue": due <= call.now, "due": "\(time.day(due, withYear: false)), \(time.time(due))",
        ]
    }

    private func announcement(_ one: Announcement, _ call: PageCall) -> Model {
        let time = call.visitor.time(at: call.now, in: one.homeId)
        return [
            "id": one.id.description, "href": "/announcements/\(one.id)", "title": one.title,
            "text": one.body.excerpt(160), "author": one.author.name, "place": call.visitor.words(for: one.place),
            "tint": (call.visitor.home(one.homeId)?.tint).orFalse, "at": time.brief(one.announcedAt),
            "confirm": one.waitsForReader,
            "reminded": one.remindedAt.map { "Reminded \(time.short($0))" }.orFalse,
        ]
    }

    /// How far those announcements are that the reader answers for, and that not everybody has confirmed.
    private func confirming(_ call: PageCall) async throws -> [Model] {
        let overseen = try await self.announcements.announcements(.overseen, limit: 10, for: call.principal).items
        return overseen.compactMap { one -> Model? in
            guard one.asksConfirmation, one.withdrawn == nil, let progress = one.progress,
                progress.confirmed < progress.people
            else { return nil }
            return [
                "href": "/announcements/\(one.id)", "title": one.title,
                "tint": (call.visitor.home(one.homeId)?.tint).orFalse,
                "text": "\(progress.confirmed) of \(progress.people) have confirmed. \(progress.seen) have opened it.",
            ]
        }.prefix(3).map { $0 }
    }

    private func home(_ home: HomeSummary, _ open: [UrgentItem], _ call: PageCall) -> Model {
        let items = open.filter { $0.conversation.homeId == home.id }
        return [
            "id": home.id.description, "name": home.name, "initials": home.initials, "tint": home.tint,
            "count": "\(items.count)", "isWaiting": !items.isEmpty,
            "sentence": items.count == 1 ? "urgent message is not answered" : "urgent messages are not answered",
            "items": items.map { item -> Model in
                let missing = item.message.acknowledgements.filter { $0.at == nil }.map { one in
                    one.person.id == call.principal.person ? "You" : one.person.name
                }
                return [
                    "href": MessagesPaths.at(item.message.id, in: item.message.conversationId),
                    "title": self.title(item), "text": item.message.body.excerpt(120),
                    "since": Words.span(seconds: call.now.timeIntervalSince(item.message.sentAt)),
                    "waiting": Words.list(missing),
                    "passedOn": (item.message.ladder?.last).map { step in
                        let time = call.visitor.time(at: call.now, in: home.id)
                        return "Passed on at \(time.time(step.at)) to \(Words.list(step.people.map(\.name)))."
                    }.orFalse,
                ]
            },
        ]
    }

    /// The residents whom the reader cares for by name; managers have the whole list.
    private func residents(_ call: PageCall) async throws -> Model? {
        guard call.principal.may(ListResidents.self, call.principal.membership) else { return nil }
        var filter = ResidentFilter()
        filter.isMine = true
        filter.isHere = true
        let page = try await self.people.residents(filter, limit: 12, for: call.principal)
        if page.items.isEmpty { return nil }
        return [
            "title": "My residents", "all": ["href": "/residents", "text": "All residents"] as Model,
            "items": page.items.map { resident -> Model in
                let home = call.visitor.home(resident.homeId)
                let unit = home?.units.first { $0.id == resident.unitId }?.name
                let note = ["Room \(resident.room)", unit, resident.status == .current ? nil : resident.status.words]
                return [
                    "name": resident.fullName, "initials": PersonName.initials(resident.fullName),
                    "photo": resident.smallPhoto.orFalse,
                    "tint": (home?.tint).orFalse, "href": "/residents/\(resident.id)",
                    "note": note.compactMap { $0 }.joined(separator: ", ") + ".", "urgent": false,
                ]
            },
        ]
    }
}
