package import Settings

/// Where pages and the API are served, and how they are reached from outside.
package struct HTTPSettings: Sendable {
    package let host: String
    package let port: Int
    /// What browsers have in their address bar; forms from anywhere else are refused.
    package let origin: String
    package let trustedProxies: Int
    package let otherOrigins: Set<String>
    package let assets: String

    package init(_ reader: SettingsReader) {
        reader.section("http", "The listener of pages and API")
        self.host = reader.host(
            "http.host", default: "127.0.0.1",
            "The address that is listened on; `0.0.0.0` for every one, behind a proxy that adds TLS")
        self.port = reader.integer("http.port", default: 8080, in: 1...65_535, "The port that is listened on")

        reader.section("web", "What browsers see")
        self.origin = reader.origin(
            "web.origin", default: "http://localhost:\(self.port)", "Where browsers find the product")
        self.trustedProxies = reader.integer(
            "web.trusted_proxies", default: 0, in: 0...8,
            "How many proxies of yours stand in front, each adding one address to `X-Forwarded-For`")

        reader.section("cors", "Other sites whose pages ask the API")
        self.otherOrigins = reader.origins(
            "cors.origins", "Sites whose pages may ask the API with a token, never with a cookie; none unless set")

        reader.section("assets", "Files beside the program")
        self.assets = reader.path(
            "assets.path", default: "Assets", mustBe: .folder, "Where templates, style sheets, scripts and images are")
    }
}

extension WebSettings {
    /// - Parameter http: As configured.
    package init(_ http: HTTPSettings) {
        self.init()
        self.origin = http.origin
        self.otherOrigins = http.otherOrigins
        self.trustedProxies = http.trustedProxies
    }
}
