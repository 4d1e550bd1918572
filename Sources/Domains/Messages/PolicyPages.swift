import HTTPTypes
import Hummingbird
import Kernel
import People
import Web

/// What the organisation lets be done with messages: in words for all, and as a form for some.
extension MessagesPages {
    private static let policyPath = "/messages/policy"

    func registerPolicy(on pages: inout PageRoutes) {
        pages.get("messages/policy", needs: ReadMessagePolicy.self) { call in try await self.policyPage(call) }
        pages.post(
            "messages/policy", needs: ChangeMessagePolicy.self,
            fields: [.one("change_minutes", maxLength: 4), .many("tags"), .one("version", maxLength: 20)]
        ) { call in
            do {
                let tags = try call.form.all("tags").map(Self.tag)
                // What is no number is none of those that are allowed; nor is a form without a version up to date.
                let draft = MessagePolicyDraft(
                    changeMinutes: Int(call.form.text("change_minutes")) ?? -1, tags: tags)
                _ = try await self.messages.change(
                    draft, seen: Int(call.form.text("version")) ?? 0, by: call.principal, once: call.once)
                return call.redirect(Self.policyPath)
            } catch let error as MessagesError {
                return try await self.policyPage(call, error.problem)
            }
        }
    }

    private func policyPage(_ call: PageCall, _ problem: Problem? = nil) async throws -> Response {
        let policy = try await self.messages.policy(for: call.principal)
        let mayChange = call.principal.may(ChangeMessagePolicy.self, call.principal.membership)
        guard problem == nil || mayChange else { throw Problem.notAllowed }
        let model: Model = [
            "back": ["href": "/homes", "text": "Homes"] as Model,
            "errors": problem.map { $0.summary(["/change_minutes": "#change_minutes", "/tags": "#tags"]) }.orFalse,
            "sentences": policy.sentences,
            "form": (mayChange ? self.form(policy, problem.map { _ in call.form }, problem, call.newKey()) : nil)
                .orFalse,
        ]
        return try await call.page(
            "messages/policy", model, title: "What may be done with messages", nav: .staff,
            status: problem.map { .init(code: $0.kind.status) } ?? .ok)
    }

    private func form(_ policy: MessagePolicy, _ typed: Form?, _ problem: Problem?, _ key: String) -> Model {
        let isStale = problem?.kind == .preconditionFailed, minutes = "\(policy.changeMinutes)"
        let value = typed?.text("change_minutes") ?? minutes
        let chosen = typed.map { Set($0.all("tags").compactMap { MessageTag(rawValue: $0) }) } ?? Set(policy.tags)
        let field = FieldModel(
            "change_minutes", "Minutes in which a message may be changed",
            hint: "By whoever sent it. From 0, which is not at all, to 1440, which is a day.",
            .line(type: "text", limit: 4), value: value, error: problem?.error(at: "/change_minutes"),
            now: isStale && value != minutes ? minutes : nil, isRequired: true)
        return [
            "action": Self.policyPath, "key": key,
            // Sent once more, from what is there now, it is what was meant.
            "version": (isStale ? nil : typed?.text("version")) ?? "\(policy.version)",
            "field": field.model, "tags": MessageTag.choices(chosen),
            "tagsNow": (isStale ? policy.tagSentence : nil).orFalse,
        ]
    }
}

extension MessagePolicy {
    var sentences: [String] {
        let minutes = Words.count(self.changeMinutes, "minute", "minutes")
        return [
            self.changeMinutes == 0
                ? "A message stays as it was sent. Those who answer for the home can still remove one, with a reason."
                : "Whoever sent a message can edit or delete it for \(minutes), unless somebody has acknowledged it.",
            self.tagSentence,
        ]
    }

    var tagSentence: String {
        self.tags.isEmpty
            ? "Messages may have any of the tags: \(Words.list(self.allowedTags.map(\.words)))."
            : "Messages may have these tags: \(Words.list(self.tags.map(\.words)))."
    }
}
