import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Messages
import NIOConcurrencyHelpers
import Postgres
import TestKit
import Testing
import WriteCareConnect

@testable import Accounts
@testable import Web

/// A night on a clock of its own.
private final class NightClock: Sendable {
    private let time = NIOLockedValueBox(Date().addingTimeInterval(60))

    var now: Date { self.time.withLockedValue { $0 } }
    func pass(minutes: Double) { self.time.withLockedValue { $0 += 60 * minutes } }
}

/// The tablet itself, as a browser without a script: its cookies, and the page it shows.
private final class TabletBrowser: Sendable {
    private struct State {
        var cookies: [String: String] = [:]
        var html = ""
        var passwords = 0
    }
    private let client: any TestClientProtocol
    private let state = NIOLockedValueBox(State())

    init(_ client: any TestClientProtocol, _ tablet: Secret) {
        self.client = client
        self.state.withLockedValue { $0.cookies["__Host-tablet"] = tablet.text.value }
    }

    var html: String { self.state.withLockedValue { $0.html } }
    /// How often a password was typed on it.
    var passwords: Int { self.state.withLockedValue { $0.passwords } }

    /// Where it leads, or the page that is shown, following as a browser does.
    @discardableResult
    func get(_ path: String) async throws -> (path: String, status: HTTPResponse.Status) {
        var path = Self.withoutFragment(path)
        for _ in 0..<6 {
            let response = try await self.send(.get, path, nil)
            guard response.status == .seeOther, let next = response.headers[.location] else {
                return (path, response.status)
            }
            path = Self.withoutFragment(next)
        }
        return (path, .internalServerError)
    }

    @discardableResult
    func post(_ path: String, _ fields: [(String, String)], key: String? = nil) async throws -> (
        path: String, status: HTTPResponse.Status
    ) {
        if fields.contains(where: { $0.0 == "password" }) { self.state.withLockedValue { $0.passwords += 1 } }
        let all = fields + [("csrf", try self.hidden("csrf")), ("key", key ?? UUID().uuidString)]
        let body = all.map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
        let response = try await self.send(.post, path, body.joined(separator: "&"))
        guard response.status == .seeOther, let next = response.headers[.location] else {
            return (path, response.status)
        }
        return try await self.get(next)
    }

    /// What a browser asks a server for.
    private static func withoutFragment(_ path: String) -> String { String(path.prefix { $0 != "#" }) }

    func hidden(_ name: String) throws -> String {
        let pattern = try Regex("name=\"\(name)\" value=\"([^\"]*)\"")
        return String(try #require(self.html.firstMatch(of: pattern)?.output[1].substring))
    }

    private func send(_ method: HTTPRequest.Method, _ path: String, _ body: String?) async throws -> TestResponse {
        var headers: HTTPFields = [.accept: "text/html"]
        if let site = HTTPField.Name("Sec-Fetch-Site") { headers[site] = "same-origin" }
        if body != nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        headers[.cookie] = self.state.withLockedValue { state in
            state.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        }
        let response = try await self.client.executeRequest(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        self.state.withLockedValue { state in
            for cookie in response.headers[values: .setCookie] {
                let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
                guard let name = pair.first.map(String.init) else { continue }
                state.cookies[name] =
                    cookie.contains("Max-Age=0") || pair.count < 2 ? nil : pair.last.map(String.init)
            }
            if response.headers[.contentType]?.hasPrefix("text/html") == true {
                state.html = String(buffer: response.body)
            }
        }
        return response
    }
}

/// What the tablets are for: a whole night, lived through.
@Suite(.database, .timeLimit(.minutes(20))) struct ShiftTests {
    private static let pins: [Part: String] = [.carer: "804152", .nurse: "691307"]

    @Test
    func `two carers share a tablet through a night: each act under its own name, one password each, nothing lost`()
        async throws
    {
        let clock = NightClock()
        var overrides = WriteCareConnect.Overrides()
        overrides.source = Source(now: { clock.now })
        try await withApp(overrides: overrides) { client, wcc in
            let world = try await World(in: wcc, mark: "nightshift"), scene = try await world.scene()
            let enrolled = try await wcc.accounts.enrol(
                TabletDraft(homeId: world.home, name: "Garden"), by: world[.manager].principal)
            let tablet = TabletBrowser(client, try #require(enrolled.tablet))
            let talk = "/messages/\(scene.conversation)"
            var said: [(by: Part, text: String)] = []

            // Eight in the evening: both sign in once, and choose a PIN.
            for part in [Part.carer, .nurse] {
                try await tablet.get("/sign-in?full=true")
                let next = try await tablet.post(
                    "/sign-in", [("username", world.username(part)), ("password", World.password)])
                #expect(next.path == "/tablet/pin")
                let pin = try #require(Self.pins[part])
                #expect(try await tablet.post("/tablet/pin", [("pin", pin), ("again", pin)]).path == "/today")
            }
            #expect(tablet.passwords == 2)

            for hour in 0..<11 {
                for part in [Part.carer, .nurse] {
                    let person = world[part].principal.person, pin = try #require(Self.pins[part])
                    clock.pass(minutes: 20)
                    // Whoever had it is put away, by hand or by the time that went by.
                    let door = try await tablet.get("/messages")
                    #expect(door.path == "/tablet?next=/messages" && !tablet.html.contains("data-person"))
                    try await tablet.get("/tablet?person=\(person)&next=\(talk)")
                    let opened = try await tablet.post(
                        "/tablet/open", [("person", "\(person)"), ("pin", pin), ("return", talk)])
                    #expect(opened.path == talk && tablet.html.contains("data-person=\"\(person)\""))

                    let text = "\(part) says this in hour \(hour)", key = UUID().uuidString
                    let form = [("body", text), ("urgency", "routine")]
                    said.append((part, text))
                    if hour.isMultiple(of: 3) {
                        // Called away in the middle of a sentence; sent when the screen has long locked.
                        clock.pass(minutes: 7)
                        let locked = try await tablet.post(talk, form, key: key)
                        #expect(locked.path.hasPrefix("/tablet?next=/kept/"), "\(locked)")
                        #expect(!tablet.html.contains(text))
                        let kept = String(locked.path.dropFirst("/tablet?next=".count))
                        let back = try await tablet.post(
                            "/tablet/open", [("person", "\(person)"), ("pin", pin), ("return", kept)])
                        #expect(back.path == kept && tablet.html.contains(text))
                        #expect(tablet.html.contains("action=\"\(talk)\""))
                        let sent = try await tablet.post(talk, form, key: try Self.key(of: "kept", in: tablet.html))
                        #expect(sent.path.hasPrefix(talk), "\(sent)")
                        // The other cannot have it, nor the same twice.
                        #expect(try await tablet.post(talk, form, key: key).path.hasPrefix(talk))
                    } else {
                        #expect(try await tablet.post(talk, form, key: key).path.hasPrefix(talk))
                    }
                    if hour.isMultiple(of: 2) {
                        #expect(try await tablet.post("/tablet/lock", []).path == "/tablet")
                        #expect(tablet.html.contains("Who are you?"))
                    }
                }
            }
            #expect(tablet.passwords == 2)
            let read = try await wcc.messages.read(
                scene.conversation, limit: 100, by: try await world.signIn(.nurse).principal
            ).messages
            for one in said {
                let found = read.filter { $0.body == one.text }
                #expect(found.map(\.author.id) == [world[one.by].principal.person], "\(one.text)")
            }
            let admin = TestDatabase.current.open(as: "postgres", size: 1)
            let rows = try await admin.read(
                as: .system("test"),
                """
                SELECT person_id, object_id FROM audit.entry
                WHERE tenant_id = \(world.id.uuid) AND action = 'accounts.use_tablet' ORDER BY at
                """)
            let used = try rows.map { Identifier<Person>(try $0.read("person_id")) }
            #expect(Set(used) == [world[.carer].principal.person, world[.nurse].principal.person])
            #expect(used.count == 2 + 22 + 8)
            await admin.shutDown()
        }
    }

    private static func key(of form: String, in html: String) throws -> String {
        let part = try #require(html.range(of: "id=\"\(form)\"").map { html[$0.upperBound...] })
        return String(try #require(part.firstMatch(of: /name="key" value="([^"]*)"/)?.output.1))
    }
}
