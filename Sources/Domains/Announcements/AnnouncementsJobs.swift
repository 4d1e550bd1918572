package import Jobs
package import Kernel

/// Tells the next chunk of those whom an announcement is for.
package struct TellPeople: Job {
    package static let kind = "announcements.tell"
    package let announcement: Identifier<Announcement>
    /// Counted from zero.
    package let chunk: Int

    package init(announcement: Identifier<Announcement>, chunk: Int) {
        self.announcement = announcement
        self.chunk = chunk
    }

    var key: String { "\(self.announcement) \(self.chunk)" }
}

/// Says "look again" to those who were told, or to those of them who have not confirmed.
package struct TellAgain: Job {
    package static let kind = "announcements.tell_again"
    /// Why: each reminder is one of its own.
    enum Cause: Codable, Sendable, Hashable {
        case withdrawn
        case reminder(number: Int)
    }
    let announcement: Identifier<Announcement>
    let cause: Cause
    /// Whom the chunk before ended with.
    let after: Identifier<Person>?

    var key: String {
        let cause =
            switch self.cause {
            case .withdrawn: "withdrawn"
            case .reminder(let number): "reminder \(number)"
            }
        return "\(self.announcement) \(cause) \(self.after?.description ?? "")"
    }
}

extension AnnouncementsService {
    package func register(on handlers: inout JobHandlers) {
        handlers.on(TellPeople.self) { job, leased in try await self.tell(job, in: leased.tenant) }
        handlers.on(TellAgain.self) { job, leased in try await self.tellAgain(job, in: leased.tenant) }
    }
}
