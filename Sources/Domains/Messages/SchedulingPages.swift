import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel
import People
import Web

/// Writing something to be sent later, and what waits to be sent; times are those of the home.
extension MessagesPages {
    private static let laterFields: [FormField] = [
        .one("body", maxLength: 4_000), .one("day", maxLength: 10), .one("time", maxLength: 5),
        .one("urgency", maxLength: 20),
    ]

    func registerScheduling(on pages: inout PageRoutes) {
        pages.get("messages/scheduled", needs: ListScheduled.self, self.scheduledList)
        pages.get("messages/{conversation}/later", needs: PrepareSchedule.self) { call in
            try await self.laterPage(call, in: call.identifier("conversation"))
        }
        pages.post("messages/{conversation}/later", needs: ScheduleMessage.self, fields: Self.laterFields) { call in
            let conversation: Identifier<Conversation> = try call.identifier("conversation")
            return try await self.trying(call, conversation, nil) { draft in
                _ = try await self.messages.schedule(
                    draft, in: conversation, by: call.principal, once: call.once)
            }
        }
        pages.get("messages/scheduled/{scheduled}", needs: ReadScheduled.self) { call in
            let message = try await self.messages.scheduled(call.identifier("scheduled"), for: call.principal)
            guard message.state == .waiting else { throw ScheduleError.over }
            return try await self.laterPage(call, in: message.conversationId, changing: message)
        }
        pages.post("messages/scheduled/{scheduled}", needs: ChangeScheduled.self, fields: Self.laterFields) { call in
            let message = try await self.messages.scheduled(call.identifier("scheduled"), for: call.principal)
            return try await self.trying(call, message.conversationId, message) { draft in
                _ = try await self.messages.change(message.id, draft, by: call.principal, once: call.once)
            }
        }
        pages.post("messages/scheduled/{scheduled}/cancel", needs: ChangeScheduled.self, fields: []) { call in
            _ = try await self.messages.cancel(call.identifier("scheduled"), by: call.principal, once: call.once)
            return call.redirect(MessagesPaths.scheduled)
        }
    }

    @Sendable func scheduledList(_ call: PageCall) async throws -> Response {
        let messages = try await self.messages.scheduled(for: call.principal)
        let time = call.visitor.time(at: call.now)
        func item(_ message: ScheduledMessage) -> Model {
            let path = "\(MessagesPaths.scheduled)/\(message.id)"
            return [
                "id": message.id.description, "text": message.body.excerpt(160),
                "at": time.model(message.goesAt, text: time.words(message.goesAt)),
                "conversation": MessagesPaths.conversation(message.conversationId), "change": path,
                "why": (message.refusal?.words).orFalse,
                "cancel": ["action": "\(path)/cancel", "key": call.newKey()] as Model,
            ]
        }
        let model: Model = [
            "self": MessagesPaths.scheduled, "refused": messages.filter { $0.state == .refused }.map(item),
            "waiting": messages.filter { $0.state == .waiting }.map(item),
        ]
        return try await call.page("messages/scheduled", model, title: "To be sent later · Messages", nav: .messages)
    }

    private func trying(
        _ call: PageCall, _ conversation: Identifier<Conversation>, _ changing: ScheduledMessage?,
        _ act: (LaterDraft) async throws -> Void
    ) async throws -> Response {
        do {
            let time = call.visitor.time(at: call.now)
            let goesAt = try Self.instant(call.form, time)
            let urgency = Message.Urgency(rawValue: call.form.text("urgency")) ?? .routine
            try await act(LaterDraft(body: call.form.text("body"), urgency: urgency, goesAt: goesAt))
            return call.redirect(MessagesPaths.scheduled)
        } catch let error as ScheduleError {
            guard case .invalid = error else { throw error }
            return try await self.laterPage(call, in: conversation, changing: changing, problem: error.problem)
        }
    }

    /// The time on the wall of the home; on the nights when the clocks change, one that is there.
    private static func instant(_ form: Form, _ time: LocalTime) throws(ScheduleError) -> Date {
        guard let day = LocalDate(form.text("day")) else {
            throw .invalid([.init("/day", "Write the day as year, month and day, such as 2026-02-28")])
        }
        guard let clock = ClockTime(form.text("time")) else {
            throw .invalid([.init("/time", "Write the time as hours and minutes, such as 07:00")])
        }
        guard let instant = time.instant(of: day, at: clock) else {
            throw .invalid([
                .init("/time", "The clocks go forward that night, and there is no \(clock). Choose another time")
            ])
        }
        return instant
    }

    private func laterPage(
        _ call: PageCall, in conversation: Identifier<Conversation>, changing: ScheduledMessage? = nil,
        problem: Problem? = nil
    ) async throws -> Response {
        let time = call.visitor.time(at: call.now)
        let path = MessagesPaths.conversation(conversation)
        if changing == nil { try await self.messages.prepareSchedule(in: conversation, for: call.principal) }
        func value(_ name: String, _ stored: String?) -> String {
            problem == nil ? stored ?? "" : call.form.text(name)
        }
        let urgencies = [Message.Urgency.routine, .sameDay]
        let chosen = value("urgency", changing?.urgency.rawValue)
        let model: Model = [
            "back": [
                "href": changing == nil ? path : MessagesPaths.scheduled,
                "text": changing == nil ? "Back to the conversation" : "To be sent later",
            ] as Model,
            "errors": problem.map {
                $0.summary([
                    "/body": "#body", "/day": "#day", "/time": "#time", "/goes_at": "#day", "/urgency": "#urgency",
                ])
            }.orFalse,
            "heading": changing == nil ? "Send a message later" : "Change what is sent later",
            "action": changing.map { "\(MessagesPaths.scheduled)/\($0.id)" } ?? "\(path)/later", "key": call.newKey(),
            "submit": changing == nil ? "Send it then" : "Save the changes",
            "fields": [
                FieldModel(
                    "body", "Message", .area(limit: 4_000), value: value("body", changing?.body),
                    error: problem?.error(at: "/body"), isRequired: true),
                FieldModel(
                    "day", "Day", .line(type: "date", limit: 10),
                    value: value("day", changing.flatMap { time.date($0.goesAt)?.description }),
                    error: problem?.error(at: "/day") ?? problem?.error(at: "/goes_at"), isRequired: true),
                FieldModel(
                    "time", "Time", hint: "On the clock of your home, such as 07:00.",
                    .line(type: "time", limit: 5), value: value("time", changing.map { time.time($0.goesAt) }),
                    error: problem?.error(at: "/time"), isRequired: true),
                FieldModel(
                    "urgency", "How soon does it need an answer?", hint: "What is urgent does not wait: send it now.",
                    .menu(
                        nothing: nil,
                        [.init(nil, urgencies.map { ($0.rawValue, $0 == .routine ? "Routine" : "Same day") })]),
                    value: chosen, error: problem?.error(at: "/urgency"), isRequired: true),
            ].map(\.model),
        ]
        return try await call.page(
            "messages/later", model, title: "Send later · Messages", nav: .messages,
            status: problem == nil ? .ok : .unprocessableContent)
    }
}

extension LocalTime {
    /// Such as `Goes at 07:00 on Tuesday 24 November 2026`.
    fileprivate func words(_ date: Date) -> String { "\(self.time(date)) on \(self.day(date))" }
}
