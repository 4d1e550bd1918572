import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Logging
import NIOConcurrencyHelpers
import TestKit
import Web

@testable import Accounts

/// This module's routes and pages behind everything that every request goes through.
func withAccounts<Value: Sendable>(
    _ accounts: AccountsService, _ setup: TestingSetup = .router, logger: Logger = .quiet,
    _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Value
) async throws -> Value {
    let folder = try TestAssets.directory()
    let templates = try Templates(directory: "\(folder)/templates", icons: Icons(directory: "\(folder)/vendor/icons"))
    var settings = WebSettings()
    settings.open = AccountsModule.open
    settings.trustedProxies = 1
    var site = Site(
        settings: settings, templates: templates, assets: try Assets(directory: folder), source: accounts.source
    ) { _ in ShellFacts(unread: 0, urgent: 0, cursor: "a-0") }
    site.keeping = { try await accounts.keeper(for: $0) }
    site.stepUp = { try await accounts.stepUp($1, by: $0) }
    AccountsRoutes(accounts).register(on: &site.api)
    AccountsPages(accounts).register(on: &site.pages)
    let publicKeys = PublicKeyRoutes(accounts)
    let responder = try site.responder(
        authenticator: Authenticator { request in try await accounts.visitor(for: request) }
    ) { publicKeys.register(on: $0) }
    return try await Application(responder: responder, logger: logger).test(setup, body)
}

/// A browser: it keeps cookies, says where a form comes from, and sends the hidden fields of the page it is on.
final class Browser: Sendable {
    private struct State {
        var cookies: [String: String] = [:]
        var html = ""
    }
    private let client: any TestClientProtocol
    private let state = NIOLockedValueBox(State())
    private let address = "10.\(Int.random(in: 0...255)).\(Int.random(in: 0...255)).9"

    init(_ client: any TestClientProtocol) { self.client = client }

    var signIn: String? {
        get { self.state.withLockedValue { $0.cookies["__Host-wcc"] } }
        set { self.state.withLockedValue { $0.cookies["__Host-wcc"] = newValue } }
    }

    /// The page it is on.
    var page: String { self.state.withLockedValue { $0.html } }

    @discardableResult
    func get(_ path: String, headers: HTTPFields = [:]) async throws -> TestResponse {
        var headers = headers
        headers[.accept] = "text/html"
        return try await self.send(path, .get, headers, nil)
    }

    /// Sends the form of the page it is on.
    @discardableResult
    func post(
        _ path: String, _ fields: [String: String], token: String? = nil, headers: HTTPFields? = nil
    ) async throws -> TestResponse {
        var fields = fields
        let html = self.state.withLockedValue { $0.html }
        fields["csrf"] = try token ?? self.hidden("csrf", in: html)
        fields["key"] = UUID().uuidString
        var headers = headers ?? Self.own
        headers[.accept] = "text/html"
        headers[.contentType] = "application/x-www-form-urlencoded"
        let body = fields.map { "\($0.key)=\(Self.escape($0.value))" }.joined(separator: "&")
        return try await self.send(path, .post, headers, body)
    }

    /// Asks the API, as a program or as a script of ours.
    func json(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, headers given: HTTPFields = [:]
    ) async throws -> TestResponse {
        var headers = Self.own
        headers.append(contentsOf: given)
        if body != nil { headers[.contentType] = "application/json" }
        return try await self.send(path, method, headers, body)
    }

    static var own: HTTPFields {
        HTTPField.Name("Sec-Fetch-Site").map { [$0: "same-origin"] } ?? [:]
    }

    private func send(
        _ path: String, _ method: HTTPRequest.Method, _ headers: HTTPFields, _ body: String?
    ) async throws -> TestResponse {
        var headers = headers
        let cookies = self.state.withLockedValue { $0.cookies }
        if !cookies.isEmpty { headers[.cookie] = cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ") }
        if let forwarded = HTTPField.Name("X-Forwarded-For") { headers[forwarded] = self.address }
        headers[.userAgent] = "Tests"
        let response = try await self.client.executeRequest(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        self.state.withLockedValue { state in
            for cookie in response.headers[values: .setCookie] {
                let pair = cookie.prefix { $0 != ";" }.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard let name = pair.first.map(String.init), let value = pair.last.map(String.init) else { continue }
                state.cookies[name] = cookie.contains("Max-Age=0") ? nil : value
            }
            if response.headers[.contentType]?.hasPrefix("text/html") == true {
                state.html = String(buffer: response.body)
            }
        }
        return response
    }

    private func hidden(_ name: String, in html: String) throws -> String {
        struct NoField: Error { let name: String }
        let pattern = try Regex("name=\"\(name)\" value=\"([^\"]*)\"")
        guard let found = html.firstMatch(of: pattern)?.output[1].substring else { throw NoField(name: name) }
        return String(found)
    }

    private static func escape(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}

extension TestResponse {
    var text: String { String(buffer: self.body) }
    /// The cookie of the sign-in as it was set, attributes and all.
    var signInCookie: String? { self.headers[values: .setCookie].first { $0.hasPrefix("__Host-wcc=") } }
}
