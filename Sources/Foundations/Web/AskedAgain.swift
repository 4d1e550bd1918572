import Hummingbird
import Kernel

/// A request that waits for a code of its sender's second factor: the page that asks sends all of it again.
struct AskedAgain: Sendable {
    /// What the page's field is called; no form of ours has one of the same name.
    static let field = "step_up_code"

    let action: String
    let key: String
    let fields: [URLEncoded.Pair]

    /// A form, which is sent again as it was: the same key, so that it has its effect once.
    init(sending fields: [URLEncoded.Pair], key: String, to request: Request) {
        self.action = request.uri.string
        self.key = key
        self.fields = fields
    }

    /// A page, which is gone to afterwards.
    init(lookingAt request: Request, key: String) {
        self.action = "/second-factor/check"
        self.key = key
        self.fields = [.init(name: "return", value: localPath(request.uri.string) ?? "/")]
    }
}

extension PageRequest where Who == Visitor {
    /// The page that asks for a code, and then does what was asked.
    func askForCode(_ again: AskedAgain, _ problem: Problem? = nil) throws -> Response {
        let model: Model = [
            "action": again.action, "key": again.key,
            "fields": again.fields.map { ["name": $0.name, "value": $0.value] as Model },
            "errors": problem.map { $0.summary(["/code": "#step_up_code"]) }.orFalse,
            "error": (problem?.error(at: "/code")).orFalse, "isPassword": self.visitor.showsPassword,
        ]
        var response = try self.plainPage(
            "errors/step-up", model, title: self.visitor.showsPassword ? "Enter your password" : "Enter a code",
            status: .init(code: problem?.kind.status ?? 403))
        if let seconds = problem?.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
        return response
    }
}

extension Problem {
    /// Whether it is what was typed, or how often, and nothing else.
    var isAboutCode: Bool { [.invalidRequest, .rateLimited].contains(self.kind) }
}
