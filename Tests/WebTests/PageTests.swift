import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import TestKit
import Testing

@testable import Web

@Suite struct PageTests {
    private let site = TestSite()
    private static let key = "0193a1b2-0000-7000-8000-000000000000"

    private func get(_ path: String, _ headers: HTTPFields = TestSite.own()) async throws -> TestResponse {
        try await self.site.test { try await $0.execute(uri: path, method: .get, headers: headers) }
    }

    private func post(
        _ body: String, to path: String = "/page", _ headers: HTTPFields = TestSite.form()
    ) async throws -> TestResponse {
        try await self.site.test {
            try await $0.execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
        }
    }

    private var filled: String { "csrf=\(self.site.token)&key=\(Self.key)" }

    // MARK: Looking

    @Test func `a page has everything around it, and escapes what is in it`() async throws {
        let page = try await self.get("/page?q=%3Cscript%3E")
        #expect(page.status == .ok)
        #expect(page.headers[.contentType] == "text/html; charset=utf-8")
        #expect(page.headers[.cacheControl] == "no-store")
        #expect(page.headers[.contentEncoding] == nil)
        #expect(page.text.contains("<h1>&lt;script&gt;</h1>"))
        #expect(page.text.contains("<title>(2) A page · WriteCareConnect</title>"))
        #expect(page.text.contains(#"data-cursor="e-7""#))
        #expect(page.text.contains(#"data-csrf="\#(self.site.token)""#))
        #expect(page.text.contains("Precious Adeyemi"))
        #expect(page.text.contains("/assets/"))
    }

    @Test func `only scripts with the nonce of this very answer run`() async throws {
        let page = try await self.site.test { client in
            var last: TestResponse?
            var found: Set<Substring> = []
            for _ in 0..<300 {
                let page = try await client.execute(uri: "/page", method: .get, headers: TestSite.own())
                let policy = try #require(page.headers[.contentSecurityPolicy])
                let nonce = try #require(
                    policy.firstMatch(of: /script-src 'nonce-([A-Za-z0-9_-]{43})' 'strict-dynamic'/))
                #expect(page.text.contains("nonce=\"\(nonce.output.1)\""))
                found.insert(nonce.output.1)
                last = page
            }
            return (last, found)
        }
        #expect(page.1.count == 300)
        let policy = try #require(page.0?.headers[.contentSecurityPolicy])
        var directives: [String: String] = [:]
        for directive in policy.split(separator: ";") {
            let words = directive.split(separator: " ").map(String.init)
            #expect(directives[words[0]] == nil)
            directives[words[0]] = words.dropFirst().joined(separator: " ")
        }
        for name in ["default-src", "base-uri", "frame-ancestors", "object-src"] {
            #expect(directives[name] == "'none'")
        }
        for name in ["style-src", "img-src", "connect-src", "form-action"] { #expect(directives[name] == "'self'") }
        #expect(!policy.contains("unsafe") && !policy.contains("http"))
        // Every script of the page carries it, and there is none inside the page.
        for tag in page.0?.text.matches(of: /<script[^>]*>/) ?? [] {
            #expect(tag.output.contains("nonce=") && tag.output.contains("src="))
        }
        #expect(page.0?.text.contains(/\son[a-z]+=|style=/) == false)
    }

    @Test func `a piece for a script is a piece`() async throws {
        let piece = try await self.get("/piece")
        #expect(piece.text == "<p>part</p><i>\(self.site.token)</i>")
        #expect(piece.headers[.nextKey]?.count == 36)
        #expect(piece.headers[.contentSecurityPolicy] == SecurityHeaders.closed)
    }

    @Test func `an address with more than the page takes is refused, as a page`() async throws {
        let page = try await self.get("/page?q=a&utm_source=mail")
        #expect(page.status == .badRequest)
        #expect(page.text.contains("<h1>This could not be read</h1>"))
        #expect(page.text.contains("There is no such parameter"))
    }

    @Test func `who is not signed in is sent to sign in, and back to what was asked`() async throws {
        let page = try await self.get("/page?q=a b&x=/y".replacing(" ", with: "%20"), [.accept: "text/html"])
        #expect(page.status == .seeOther)
        #expect(page.headers[.location] == "/sign-in?next=/page%3fq%3da%2520b%26x%3d/y")
        #expect(page.headers[.cacheControl] == "no-store")
        let script = try await self.get("/page", [.accept: "text/html", .fragment: "messages"])
        #expect(script.status == .unauthorized)
        let program = try await self.get("/page", [:])
        #expect(program.status == .unauthorized)
        #expect(program.headers[.contentType] == "application/problem+json")
    }

    // MARK: Sending

    @Test func `a form is taken once it shows its token`() async throws {
        let answer = try await self.post("\(self.filled)&body=Tea+%26+cake%0D%0A&people=a&people=b&since=4")
        #expect(answer.status == .seeOther)
        #expect(answer.headers[.location] == "/page?q=done")
        #expect(self.site.notes == ["Tea & cake\n [\"a\", \"b\"]"])
    }

    @Test(arguments: [
        "", "csrf=", "csrf=wrong", "csrf=%00", "csrf=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "CSRF",
        "csrf=a&csrf=b",
    ]) func `a form without it is not`(token: String) async throws {
        let answer = try await self.post("\(token)&key=\(Self.key)&body=Tea")
        #expect(answer.status == .forbidden || answer.status == .badRequest)
        #expect(self.site.notes == [])
    }

    @Test func `the token of somebody else's sign-in is none`() async throws {
        let other = FormToken(for: .someone(.someone(.careAssistant))).text
        #expect(try await self.post("csrf=\(other)&key=\(Self.key)&body=Tea").status == .forbidden)
        #expect(try await self.post("csrf=\(self.site.token)&csrf=\(other)&key=\(Self.key)").status == .forbidden)
        #expect(self.site.notes == [])
    }

    @Test func `a form that comes back says so in its title, and keeps its status`() async throws {
        let answer = try await self.post("\(self.filled)&body=")
        #expect(answer.status == .unprocessableContent)
        #expect(answer.text.contains("<title>(2) Error: A page"))
    }

    @Test(arguments: [
        ("body=a&is_admin=1", 422), ("body=a&body=b", 422), ("body=%zz", 400), ("body=%ff", 400), ("body=a%00b", 400),
    ]) func `a form is read strictly`(fields: String, status: Int) async throws {
        #expect(try await self.post("\(self.filled)&\(fields)").status.code == status)
        #expect(self.site.notes == [])
    }

    @Test func `a form has a key, one, and is a form`() async throws {
        let token = self.site.token
        #expect(try await self.post("csrf=\(token)&body=a").status == .unprocessableContent)
        #expect(try await self.post("csrf=\(token)&body=a&key=short").status == .badRequest)
        #expect(try await self.post("\(self.filled)&key=\(Self.key)&body=a").status == .unprocessableContent)
        var json = TestSite.form()
        json[.contentType] = "application/json"
        #expect(try await self.post("{}", json).status == .unsupportedMediaType)
        #expect(self.site.notes == [])
    }

    @Test func `what is too large is said to be`() async throws {
        let answer = try await self.post("\(self.filled)&body=\(String(repeating: "a", count: 300_000))")
        #expect(answer.status == .contentTooLarge)
        #expect(answer.text.contains("<h1>This is too large</h1>"))
    }

    @Test func `who was signed out meanwhile is told that nothing was saved`() async throws {
        let answer = try await self.post(
            "\(self.filled)&body=a",
            [.contentType: "application/x-www-form-urlencoded", .fetchSite: "same-origin", .accept: "text/html"])
        #expect(answer.status == .unauthorized)
        #expect(answer.text.contains("still on the page before"))
        #expect(answer.text.contains(#"href="/sign-in""#))
    }

    // MARK: For anyone

    @Test func `a form for anyone carries a token of its browser's`() async throws {
        let page = try await self.get("/open", [:])
        let cookie = try #require(page.headers[.setCookie])
        for part in ["__Host-wcc-form=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            #expect(cookie.contains(part))
        }
        #expect(!cookie.contains("Domain"))
        let pair = String(cookie.prefix { $0 != ";" })
        let token = try #require(page.text.firstMatch(of: /<i>(.+?)<\/i>/)).output.1

        func send(_ cookie: String, _ token: String) async throws -> TestResponse {
            try await self.post(
                "csrf=\(token)&key=\(Self.key)&name=x", to: "/open",
                [.contentType: "application/x-www-form-urlencoded", .fetchSite: "same-origin", .cookie: cookie])
        }
        #expect(try await send("a=b", String(token)).status == .forbidden)
        #expect(
            try await send("__Host-wcc-form=\(String(repeating: "B", count: 43))", String(token)).status == .forbidden)
        #expect(try await send(pair, "").status == .forbidden)
        #expect(self.site.notes == [])
        let sent = try await send(pair, String(token))
        #expect(sent.status == .seeOther)
        #expect(sent.headers[.location] == "/")
        #expect(sent.headers[.setCookie]?.contains("Max-Age=0") == true)
        // The same browser keeps the token it has.
        let again = try await self.get("/open", [.cookie: pair])
        #expect(again.headers[.setCookie] == nil && again.text.contains(token))
    }

    @Test func `the offline page is the same for everybody`() async throws {
        let nonce = /nonce="[^"]*"/
        let one = try await self.get("/offline"), other = try await self.get("/offline", [:])
        #expect(one.status == .ok)
        #expect(one.text.replacing(nonce, with: "") == other.text.replacing(nonce, with: ""))
        #expect(one.headers[.setCookie] == nil && !one.text.contains("Precious"))
    }

    @Test func `the API's page names what it needs`() async throws {
        let page = try await self.get("/api-docs", [:])
        #expect(page.status == .ok)
        for name in ["swagger-ui.css", "swagger-ui-bundle.js", "api-docs.js"] {
            #expect(page.text.contains("/\(name)\""))
        }
        #expect(!page.text.contains("/assets/missing"))
        #expect(page.headers[.contentSecurityPolicy]?.contains("img-src 'self' data:;") == true)
    }

    @Test func `a cookie that is not of our making is not looked up`() async throws {
        for value in ["", "short", String(repeating: "A", count: 44), String(repeating: "!", count: 43)] {
            #expect(try await self.get("/page", [.cookie: "__Host-wcc=\(value)"]).status == .unauthorized)
        }
    }

    @Test func `the theme is one of two words`() async throws {
        for (theme, shown) in [("dark", true), ("light", true), ("x\" onload=\"", false)] {
            let page = try await self.get("/page", [.cookie: "\(TestSite.cookie); theme=\(theme)"])
            #expect(page.text.contains("data-theme=\"\(theme)\"") == shown)
        }
    }
}
