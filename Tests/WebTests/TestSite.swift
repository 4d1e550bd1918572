import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Limits
import Logging
import NIOConcurrencyHelpers
import TestKit

@testable import Web

/// Something with a permission, for routes that do nothing real.
enum Thing: Sendable {}

enum ChangeThing: Permission {
    typealias Object = Thing
    static let name = "tests.change"
    static let kind = ActKind.update
    static let summary = "Change a thing"
    static let rules: [Rule] = []
}

/// What the routes below take.
struct Note: Described, Equatable {
    var body: String
    var sentAt: Date?
    var isUrgent: Bool?

    static let schema = Schema.object([
        .required("body", .text(maxLength: 20).example("Tea at four")), .optional("sent_at", .time),
        .optional("is_urgent", .boolean),
    ])
}

struct Answer: Described, Equatable {
    var text: String
    var count: Int

    static let schema = Schema.object([.required("text", .string()), .required("count", .integer)])
}

/// A small site with a route of every sort, and what its handlers have seen.
struct TestSite {
    let visitor = Visitor.someone(.someone(.careAssistant))
    let seen = NIOLockedValueBox<[String]>([])
    var settings = WebSettings()
    var logger = Logger.quiet
    var facts: Shell.Facts = { _ in ShellFacts(unread: 2, urgent: 0, cursor: "e-7") }

    init(origin: String? = nil, others: Set<String> = []) {
        self.settings.origin = origin
        self.settings.otherOrigins = others
        self.settings.open = ["POST /open", "POST /api/v1/tests/open"]
    }

    func note(_ text: String) { self.seen.withLockedValue { $0.append(text) } }
    var notes: [String] { self.seen.withLockedValue { $0 } }

    /// The repository's pages, and two of the tests' own.
    private static func templates() throws -> (Templates, Assets) {
        let folder = try TestAssets.copy()
        defer { try? FileManager.default.removeItem(at: folder) }
        let own = [
            "page":
                "{{<layout-shell}}{{$main}}<h1>{{text}}</h1>{{#key}}<input name=\"key\" value=\"{{key}}\">{{/key}}{{/main}}{{/layout-shell}}",
            "plain":
                "{{<layout-plain}}{{$main}}<h1>{{text}}</h1>{{csrf}}<i>{{shell.csrf}}</i>{{/main}}{{/layout-plain}}",
            "piece": "<p>{{text}}</p><i>{{shell.csrf}}</i>",
        ]
        let tests = folder.appending(path: "templates/tests")
        try FileManager.default.createDirectory(at: tests, withIntermediateDirectories: true)
        for (name, text) in own { try Data(text.utf8).write(to: tests.appending(path: "\(name).mustache")) }
        return (
            try Templates(
                directory: folder.appending(path: "templates").path,
                icons: Icons(directory: folder.appending(path: "vendor/icons").path)),
            try Assets(directory: folder.path)
        )
    }

    private static let files = Result { try Self.templates() }

    func site(_ rates: Rates? = nil) throws -> Site {
        let (templates, assets) = try Self.files.get()
        var site = Site(
            settings: self.settings, templates: templates, assets: assets, source: Source(), rates: rates,
            facts: self.facts)
        self.addAPI(to: &site.api)
        self.addPages(to: &site.pages)
        return site
    }

    private func addAPI(to api: inout APIRoutes) {
        api.add(
            Endpoint<Nothing, Page<Answer>>(
                .get, "notes", "List notes", needs: ChangeThing.self,
                query: [
                    "before", QueryParameter("limit", .integer(1...50)),
                    QueryParameter("show", .oneOf(["all", "none"])),
                ]
            ) { call in
                .init(Page(items: [Answer(text: call.query("show") ?? "-", count: 1)], next: call.query("before")))
            }, in: "tests")
        api.add(
            Endpoint<Note, Answer>(
                .post, "notes/{note}", "Write a note", needs: ChangeThing.self, status: .created,
                isVersioned: true, maxBody: 1_000
            ) { call in
                let id = try call.identifier("note", of: Thing.self)
                self.note(call.input.body)
                if call.input.body == "trap" { throw Unknown(secret: "SELECT secret FROM people") }
                if let version = call.version, version != 3 { throw Problem(.preconditionFailed, "It has changed") }
                return .init(
                    Answer(text: "\(id) \(call.input.sentAt.map(WireTime.format) ?? "-")", count: call.version ?? 0),
                    version: 4)
            }, in: "tests")
        api.add(
            Endpoint<Nothing, Nothing>(.delete, "notes", "Forget", needs: ChangeThing.self, status: .noContent) {
                call in
                self.note("forgotten \(call.once?.key ?? "-")")
                return .init(Nothing())
            }, in: "tests")
        api.add(
            Endpoint<Note, Answer>(.post, "open", "Knock", open: .anyone) { call in
                self.note("open")
                return .init(
                    Answer(text: call.client.address, count: call.visitor == nil ? 0 : 1),
                    cookies: [.signIn(Secret())])
            }, in: "tests")
    }

    private func addPages(to pages: inout PageRoutes) {
        pages.get("page", needs: ChangeThing.self, query: ["q"]) { call in
            try await call.page(
                "tests/page", ["text": call.query("q") ?? "<b>", "key": call.newKey()], title: "A page")
        }
        pages.get("piece", needs: ChangeThing.self, isWhole: false) { call in
            try call.fragment("tests/piece", ["text": "part"], nextKey: call.newKey())
        }
        pages.get("stop", needs: ChangeThing.self) { call in
            throw Problem(.notFound, "There is no such thing here")
        }
        pages.post("page", needs: ChangeThing.self, fields: ["body", .many("people"), .aside("since")]) { call in
            self.note("\(call.form.text("body")) \(call.form.all("people"))")
            if call.form.text("body").isEmpty {
                return try await call.page(
                    "tests/page", ["text": "again", "key": call.newKey()], title: "A page",
                    status: .unprocessableContent)
            }
            return call.redirect("/page?q=done")
        }
        pages.post("upload", needs: ChangeThing.self, fields: [.file("photo", maxLength: 2 * 1024 * 1024)]) { call in
            self.note("\(call.form.file("photo")?.count ?? 0) bytes")
            return call.redirect("/page?q=done")
        }
        pages.get("open", open: .anyone) { call in
            try call.page("tests/plain", ["text": "open", "csrf": false], title: "Open")
        }
        pages.post("open", open: .anyone, fields: ["name"]) { call in
            self.note("open \(call.form.text("name"))")
            return call.redirect("//evil.example", cookies: [.signedOut])
        }
    }

    /// Somebody is signed in if the request has any cookie of ours.
    func app() throws -> Application<RouterResponder<SiteContext>> {
        let visitor = self.visitor
        let responder = try self.site().responder(
            authenticator: Authenticator { request in request.signInSecret == nil ? nil : visitor })
        return Application(
            responder: responder,
            server: self.limits.server(isSecure: self.settings.isSecure, source: Source(), logger: self.logger),
            logger: self.logger)
    }

    var limits = ServerLimits()

    func test<Value: Sendable>(
        _ setup: TestingSetup = .router, _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        try await self.app().test(setup) { try await body($0) }
    }
}

/// An error of which nothing is known, with something in it that must not be seen.
struct Unknown: Error { let secret: String }

extension TestSite {
    static let cookie = "__Host-wcc=\(String(repeating: "A", count: 43))"

    /// What a browser sends with a form or a script of one of our own pages.
    static func own(_ more: HTTPFields = [:]) -> HTTPFields {
        var fields: HTTPFields = [.cookie: Self.cookie, .fetchSite: "same-origin", .accept: "text/html"]
        for field in more { fields[field.name] = field.value }
        return fields
    }

    static func json(_ more: HTTPFields = [:]) -> HTTPFields {
        var fields = Self.own([.contentType: "application/json", .accept: "application/json"])
        for field in more { fields[field.name] = field.value }
        return fields
    }

    static func form(_ more: HTTPFields = [:]) -> HTTPFields {
        var fields = Self.own([.contentType: "application/x-www-form-urlencoded"])
        for field in more { fields[field.name] = field.value }
        return fields
    }

    var token: String { FormToken(for: self.visitor).text }
}

extension TestResponse {
    var text: String { String(buffer: self.body) }

    /// The body, if it is a JSON object.
    var object: [String: Any] {
        get throws {
            try JSONSerialization.jsonObject(with: Data(self.body.readableBytesView)) as? [String: Any] ?? [:]
        }
    }
}
