import FoundationEssentials
package import Hummingbird
package import Kernel

/// The cookies of this product; the prefix makes a browser refuse one that another host or plain HTTP has set.
extension Cookie {
    static let signInName = "__Host-wcc"
    static let formName = "__Host-wcc-form"
    static let deviceName = "__Host-device"
    static let tabletName = "__Host-tablet"

    /// Carries a sign-in; it ends with the browser, and on the server long before.
    package static func signIn(_ secret: Secret) -> Cookie { .own(Self.signInName, secret.text.value) }
    /// Takes the sign-in out of the browser.
    package static var signedOut: Cookie { .own(Self.signInName, "", maxAge: 0) }

    /// Says that somebody has signed in with this browser; it opens nothing.
    package static func device(_ mark: String, lasting time: Duration) -> Cookie {
        .own(Self.deviceName, mark, maxAge: Int(time.components.seconds))
    }

    /// Makes a device a shared tablet; it opens nothing by itself.
    package static func tablet(_ secret: Secret) -> Cookie {
        .own(Self.tabletName, secret.text.value, maxAge: 400 * 24 * 60 * 60)
    }
    /// Makes it a device like any other again.
    package static var noTablet: Cookie { .own(Self.tabletName, "", maxAge: 0) }

    static func form(_ secret: Secret) -> Cookie { .own(Self.formName, secret.text.value) }

    private static func own(_ name: String, _ value: String, maxAge: Int? = nil) -> Cookie {
        Cookie(name: name, value: value, maxAge: maxAge, path: "/", secure: true, httpOnly: true, sameSite: .lax)
    }
}

extension Request {
    /// What the browser shows of a sign-in, if anything.
    package var signInSecret: Secret? { self.secret(Cookie.signInName) }
    /// What the browser shows if it is a shared tablet.
    package var tabletSecret: Secret? { self.secret(Cookie.tabletName) }
    var deviceMark: String? { self.cookies[Cookie.deviceName].map { String($0.value.prefix(256)) } }
    var formSecret: Secret? { self.secret(Cookie.formName) }

    /// Nothing that we did not make has this form, so nothing else is looked up.
    private func secret(_ name: String) -> Secret? {
        guard let value = self.cookies[name]?.value, value.utf8.count == 43, Data(base64URL: value) != nil else {
            return nil
        }
        return Secret(shown: value)
    }
}
