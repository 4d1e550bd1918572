import Hummingbird
import Kernel
import Web

/// What happens in a home when nobody answers an urgent message: in words for all, and as a form for some.
extension MessagesPages {
    private static let fields = ["step_minutes", "shift_steps", "repeat_minutes", "repeats"]

    func registerLadder(on pages: inout PageRoutes) {
        pages.get("messages/ladder/{home}", needs: ReadLadderPolicy.self) { call in try await self.ladderPage(call) }
        pages.post(
            "messages/ladder/{home}", needs: ChangeLadderPolicy.self,
            fields: Self.fields.map { .one($0, maxLength: 4) }
        ) { call in
            let home: Identifier<Home> = try call.identifier("home")
            // What is no number is none of those that are allowed.
            func number(_ name: String) -> Int { Int(call.form.text(name)) ?? -1 }
            let policy = LadderPolicy(
                stepMinutes: number("step_minutes"), shiftSteps: number("shift_steps"),
                repeatMinutes: number("repeat_minutes"), repeats: number("repeats"))
            do {
                _ = try await self.messages.change(policy, of: home, by: call.principal, once: call.once)
                return call.redirect("/messages/ladder/\(home)")
            } catch let error as MessagesError where error.problem.kind == .invalidRequest {
                return try await self.ladderPage(call, error.problem)
            }
        }
    }

    private func ladderPage(_ call: PageCall, _ problem: Problem? = nil) async throws -> Response {
        let id: Identifier<Home> = try call.identifier("home")
        let policy = try await self.messages.ladderPolicy(of: id, for: call.principal)
        let mayChange = call.principal.may(
            ChangeLadderPolicy.self, Standing(id, [], at: Place(home: id), state: "open"))
        guard problem == nil || mayChange else { throw Problem.notAllowed }
        let home = call.visitor.home(id)
        let summary = problem?.summary(
            Dictionary(Self.fields.map { ("/\($0)", "#\($0)") }) { first, _ in first })
        let model: Model = [
            "back": ["href": "/rota/\(id)", "text": "Rota"] as Model, "tint": (home?.tint).orFalse,
            "heading": "When nobody answers an urgent message", "lead": (home?.name).orFalse,
            "errors": summary.orFalse,
            "steps": policy.sentences,
            "form":
                (mayChange
                ? [
                    "action": "/messages/ladder/\(id)", "key": call.newKey(),
                    "fields": self.fields(policy, problem == nil ? nil : call.form, problem),
                ] as Model : nil).orFalse,
        ]
        return try await call.page(
            "messages/ladder", model, title: "When nobody answers", nav: .rota, home: home,
            status: problem == nil ? .ok : .unprocessableContent)
    }

    private func fields(_ policy: LadderPolicy, _ typed: Form?, _ problem: Problem?) -> [Model] {
        func field(_ name: String, _ label: String, _ hint: String, _ value: Int) -> Model {
            FieldModel(
                name, label, hint: hint, .line(type: "text", limit: 4), value: typed?.text(name) ?? "\(value)",
                error: problem?.error(at: "/\(name)"), isRequired: true
            ).model
        }
        return [
            field(
                "step_minutes", "Minutes for each person", "How long everybody has who is asked. From 1 to 120.",
                policy.stepMinutes),
            field(
                "shift_steps", "People on shift", "How many are asked, one after the other. From 0 to 5.",
                policy.shiftSteps),
            field(
                "repeat_minutes", "Minutes until those who answer for the home are asked again", "From 1 to 240.",
                policy.repeatMinutes),
            field("repeats", "How often they are asked again", "From 0 to 48.", policy.repeats),
        ]
    }
}

extension LadderPolicy {
    /// What happens, one thing after the other.
    var sentences: [String] {
        let minutes = Words.count(self.stepMinutes, "minute", "minutes")
        let onShift =
            switch self.shiftSteps {
            case 0: nil as String?
            case 1: "After \(minutes) it goes to the next person on shift."
            default:
                "After \(minutes) it goes to the next person on shift, and so on every \(minutes), to "
                    + "\(Words.number(self.shiftSteps)) people at most."
            }
        let again =
            self.repeats == 0
            ? ""
            : " They are asked again every \(Words.count(self.repeatMinutes, "minute", "minutes")), "
                + "\(Words.count(self.repeats, "time", "times")) at most."
        return [
            onShift, "\(onShift == nil ? "After \(minutes)" : "Then") it goes to the manager on call.",
            "Then it goes to those who answer for the home.\(again)",
            "Where nobody is on the rota it goes on to the next at once.",
            "It stops as soon as somebody says that they are acting on it.",
        ].compactMap { $0 }
    }
}
