import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel

/// What a form carries to show that one of our pages made it, for this browser.
///
/// Where somebody is signed in it is sealed with their sign-in's own secret, so it ends with the sign-in. Before that
/// there is a cookie that only this site can set, and the token is sealed with what is in it.
struct FormToken: Sendable {
    let text: String
    /// Set together with the form, when the browser has none yet.
    let cookie: Cookie?

    init(for visitor: Visitor) {
        let seal = Seal(key: Data(visitor.formKey.value.utf8))
        self.text = seal.mark(Self.content)
        self.cookie = nil
    }

    init(open request: Request) {
        let shown = request.formSecret
        let secret = shown ?? Secret()
        self.text = Seal(key: Data(secret.text.value.utf8)).mark(Self.content)
        self.cookie = shown == nil ? .form(secret) : nil
    }

    private static let content = "form"

    static func isToken(_ text: String, for visitor: Visitor) -> Bool { Self.isToken(text, sealed: visitor.formKey) }

    static func isToken(_ text: String, sealed key: Redacted<String>) -> Bool {
        Seal(key: Data(key.value.utf8)).isMark(text, of: Self.content)
    }

    static func isToken(_ text: String, open request: Request) -> Bool {
        guard let secret = request.formSecret else { return false }
        return Seal(key: Data(secret.text.value.utf8)).isMark(text, of: Self.content)
    }
}
