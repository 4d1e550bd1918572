import HTTPTypes
import HummingbirdTesting
import Kernel
import Testing

@testable import Web

@Suite struct ProblemPageTests {
    @Test func `a page that is not there says so, with a number to quote`() async throws {
        let site = TestSite()
        for path in ["/nothing", "/stop", "/page/deeper"] {
            let page = try await site.test { try await $0.execute(uri: path, method: .get, headers: TestSite.own()) }
            #expect(page.status == .notFound)
            #expect(page.text.contains("<h1>There is no such page</h1>"))
            #expect(page.text.contains(try #require(page.headers[.requestID])))
            // Whoever may see it and whoever may not get the same words.
            #expect(!page.text.contains("Precious"))
        }
    }

    @Test func `a page that takes another method is told apart only for programs`() async throws {
        let site = TestSite()
        let page = try await site.test { try await $0.execute(uri: "/page", method: .put, headers: TestSite.own()) }
        #expect(page.status == .methodNotAllowed && page.headers[.allow] == "GET, HEAD, POST")
        #expect(page.text.contains("<h1>There is no such page</h1>"))
    }

    @Test(arguments: Problem.Kind.allCases) func `every kind of problem has its words`(kind: Problem.Kind) async throws
    {
        var site = TestSite()
        site.facts = { _ in
            throw Problem(
                kind, "A title", detail: nil, violations: [.init("/x", "What is <wrong>")], retryAfter: 90,
                cause: Unknown(secret: "canary"))
        }
        let test = site
        let page = try await test.test { try await $0.execute(uri: "/page", method: .get, headers: TestSite.own()) }
        // Where there is a page that helps, that is where one is sent.
        let helped: [Problem.Kind: String] = [
            .unauthenticated: "/sign-in?next=/page", .factorRequired: "/second-factor",
        ]
        if let help = helped[kind] {
            #expect(page.status == .seeOther && page.headers[.location] == help)
            return
        }
        #expect(page.status.code == kind.status)
        #expect(page.headers[.retryAfter] == "90")
        #expect(page.text.contains("What to do"))
        #expect(page.text.contains("What is &lt;wrong&gt;"))
        #expect(!page.text.contains("canary"))
        if [Problem.Kind.rateLimited, .unavailable, .timeout].contains(kind) {
            #expect(page.text.contains("Try again in 2 minutes."))
        }
    }
}
