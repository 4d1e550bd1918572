import HTTPTypes
import Hummingbird
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct RouteTableTests {
    private func row(
        _ method: HTTPRequest.Method, _ path: String = "/a", permission: String? = "tests.change",
        isIdempotent: Bool = true, isOpen: Bool = false
    ) -> RouteTable.Row {
        .init(
            method: method, path: path, permission: permission, isPage: true, isIdempotent: isIdempotent,
            isOpen: isOpen, counted: .read)
    }

    private func fault(_ rows: [RouteTable.Row], open: Set<String> = []) -> String? {
        do {
            try RouteTable(rows: rows).check(allowing: open)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `what changes something needs a policy and a key`() {
        #expect(self.fault([self.row(.get, permission: nil, isIdempotent: false), self.row(.post)]) == nil)
        #expect(
            self.fault([self.row(.post, permission: nil)])
                == "The route POST /a changes something and asks for no permission.")
        #expect(
            self.fault([self.row(.delete, isIdempotent: false)])
                == "The route DELETE /a changes something and takes no idempotency key.")
        #expect(self.fault([self.row(.get), self.row(.get)]) == "The route GET /a is declared twice.")
    }

    @Test func `what is open is on the list`() {
        let open = self.row(.post, permission: nil, isIdempotent: false, isOpen: true)
        #expect(self.fault([open])?.contains("open to anyone") == true)
        #expect(self.fault([open], open: ["POST /a"]) == nil)
        #expect(self.fault([open], open: ["POST /b"]) != nil)
    }

    @Test func `a site with a route that nobody may serve does not start`() throws {
        var site = TestSite()
        site.settings.open = []
        let test = site
        #expect(throws: RouteFault.self) { try test.app() }
    }

    @Test func `every route is listed, the site's own among them`() throws {
        let rows = try TestSite().site().table.rows.map(\.description)
        for row in ["POST /page", "GET /open", "POST /api/v1/tests/open", "DELETE /api/v1/tests/notes"] {
            #expect(rows.contains(row))
        }
    }
}
