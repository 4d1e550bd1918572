import HTTPTypes
import Kernel
import Web

/// Saying something later.
extension MessagesRoutes {
    func registerScheduling(on api: inout APIRoutes) {
        api.add(self.scheduled, in: "messages")
        api.add(self.schedule, in: "messages")
        api.add(self.readScheduled, in: "messages")
        api.add(self.changeScheduled, in: "messages")
        api.add(self.cancelScheduled, in: "messages")
    }

    var scheduled: Endpoint<Nothing, Page<ScheduledMessage>> {
        Endpoint(
            .get, "scheduled", "List your messages that are to be sent later", needs: ListScheduled.self,
            details: "Those that could not be sent are among them for two weeks, with why."
        ) { call in .init(Page(items: try await self.messages.scheduled(for: call.principal), next: nil)) }
    }

    var schedule: Endpoint<LaterDraft, ScheduledMessage> {
        Endpoint(
            .post, "conversations/{conversation}/scheduled", "Have something said later", needs: ScheduleMessage.self,
            status: .created, errors: [.notFound],
            details: """
                It is sent once, in your name, if you may say something there then. What is urgent does not wait, and \
                cannot be scheduled.
                """
        ) { call in
            let scheduled = try await self.messages.schedule(
                call.input, in: call.identifier("conversation"), by: call.principal, once: call.once)
            return .init(scheduled.value, isReplay: scheduled.isReplay)
        }
    }

    var readScheduled: Endpoint<Nothing, ScheduledMessage> {
        Endpoint(
            .get, "scheduled/{scheduled}", "Read a message that is to be sent later", needs: ReadScheduled.self,
            errors: [.notFound]
        ) { call in .init(try await self.messages.scheduled(call.identifier("scheduled"), for: call.principal)) }
    }

    var changeScheduled: Endpoint<LaterDraft, ScheduledMessage> {
        Endpoint(
            .put, "scheduled/{scheduled}", "Change what is to be sent, or when", needs: ChangeScheduled.self,
            errors: [.notFound, .conflict]
        ) { call in
            let changed = try await self.messages.change(
                call.identifier("scheduled"), call.input, by: call.principal, once: call.once)
            return .init(changed.value, isReplay: changed.isReplay)
        }
    }

    var cancelScheduled: Endpoint<Nothing, ScheduledMessage> {
        Endpoint(
            .delete, "scheduled/{scheduled}", "Take back what has not been sent", needs: ChangeScheduled.self,
            errors: [.notFound, .conflict]
        ) { call in
            let cancelled = try await self.messages.cancel(
                call.identifier("scheduled"), by: call.principal, once: call.once)
            return .init(cancelled.value, isReplay: cancelled.isReplay)
        }
    }
}
