import HTTPTypes
package import Hummingbird

extension Request {
    /// Whether a program says who it is, in whatever way; a cookie is not looked at then.
    package var showsToken: Bool { self.isForAPI && self.headers.contains(.authorization) }

    /// The token that a program shows; `nil` for a header that says something else or is there twice.
    package var bearerToken: String? {
        let given = self.headers[values: .authorization]
        let words = given.first?.split(separator: " ", omittingEmptySubsequences: false) ?? []
        guard given.count == 1, words.count == 2, words.first?.lowercased() == "bearer", let token = words.last,
            !token.isEmpty
        else { return nil }
        return String(token)
    }
}
