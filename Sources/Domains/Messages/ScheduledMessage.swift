package import FoundationEssentials
package import Kernel
package import Web

/// A message that is to be sent later, which nobody but its author sees until then.
package struct ScheduledMessage: Described, Equatable {
    package enum State: String, Codable, Sendable, CaseIterable { case waiting, sent, cancelled, refused }

    /// Why it was not sent.
    package enum Refusal: String, Codable, Sendable, CaseIterable {
        case account
        case notMember = "not_member"
        case closed

        var words: String {
            switch self {
            case .account: "Your account was closed, or had no role any more"
            case .notMember: "You were not in the conversation any more"
            case .closed: "The conversation was closed"
            }
        }
    }

    package let id: Identifier<ScheduledMessage>
    package let conversationId: Identifier<Conversation>
    package let body: String
    package let urgency: Message.Urgency
    package let goesAt: Date
    package let version: Int
    package let state: State
    package let refusal: Refusal?
    /// What was sent.
    package let messageId: Identifier<Message>?

    package static let schema = Schema.object([
        .required("id", .identifier), .required("conversation_id", .identifier),
        .required("body", .string(maxLength: 4_000)), .required("urgency", .oneOf(Message.Urgency.self)),
        .required("goes_at", .time), .required("version", .integer), .required("state", .oneOf(State.self)),
        .optional("refusal", .oneOf(Refusal.self)), .optional("message_id", .identifier),
    ])
}

/// What is to be said, and when.
package struct LaterDraft: Described {
    package var body: String
    package var urgency: Message.Urgency
    package var goesAt: Date

    package init(body: String, urgency: Message.Urgency = .routine, goesAt: Date) {
        self.body = body
        self.urgency = urgency
        self.goesAt = goesAt
    }

    package static let schema = Schema.object([
        .required("body", .text(maxLength: 4_000)), .required("urgency", .oneOf(Message.Urgency.self)),
        .required("goes_at", .time),
    ])

    func validated(at now: Date) throws(ScheduleError) -> LaterDraft {
        var found: [Problem.Violation] = []
        var draft = self
        do {
            draft.body = try Draft(body: self.body).validated().body
        } catch {
            found += error.problem.violations
        }
        if self.urgency == .urgent { found.append(.init("/urgency", "What is urgent does not wait: send it now")) }
        if self.goesAt <= now { found.append(.init("/goes_at", "Choose a time that is not over yet")) }
        if self.goesAt.timeIntervalSince(now) > 92 * 86_400 {
            found.append(.init("/goes_at", "Choose a time within three months"))
        }
        guard found.isEmpty else { throw .invalid(found) }
        return draft
    }
}

package enum ScheduleError: ProblemConvertible, Equatable {
    case notFound
    case invalid([Problem.Violation])
    /// It was sent, cancelled or refused meanwhile.
    case over

    package var problem: Problem {
        switch self {
        case .notFound: .nothingHere
        case .invalid(let violations): Problem(.invalidRequest, "There is a problem", violations: violations)
        case .over:
            Problem(.conflict, "This message does not wait any more", detail: "It was sent, or taken back, before.")
        }
    }
}
