import Accounts
import Foundation
import Kernel
import TestKit
import Testing
import Web
import WriteCareConnect

/// Whether each route was thought of.
@Suite(.database) struct RouteTableTests {
    /// Every route that answers somebody who is not signed in.
    ///
    /// To add one here is a decision.
    static let open: Set<String> = [
        "GET /sign-in", "POST /sign-in", "GET /setup", "POST /setup", "POST /api/v1/accounts/sign-in",
        "GET /invitation/{secret}", "POST /invitation/{secret}", "POST /api/v1/accounts/invitation",
        "GET /reset/{secret}", "POST /reset/{secret}", "POST /api/v1/accounts/password-reset",
        "GET /sign-in/code", "POST /sign-in/code", "POST /sign-in/stop", "POST /api/v1/accounts/sign-in/code",
        "POST /api/v1/accounts/sign-in/stop",
        "POST /api/v1/token", "POST /api/v1/token/refresh", "POST /api/v1/token/revoke",
        "GET /tablet", "POST /tablet/open", "POST /tablet/sign-out", "GET /api/v1/accounts/tablet",
        "POST /api/v1/accounts/tablet/open",
    ]
    /// Sends on to `/today`, which asks.
    static let withoutPermission: Set<String> = ["GET /"]

    private func rows() async throws -> [RouteTable.Row] { try await withApp { _, wcc in wcc.routes.rows } }

    @Test func `every route has a line in the policy, or stands on the list of those that are open`() async throws {
        let names = Set(WriteCareConnect.permissions.map { $0.name })
        let rows = try await self.rows()
        #expect(rows.count > 30)
        for row in rows {
            #expect(row.isOpen == Self.open.contains(row.description), "\(row)")
            if row.isOpen || Self.withoutPermission.contains(row.description) {
                #expect(row.permission == nil, "\(row)")
            } else {
                #expect(names.contains(row.permission ?? "none"), "\(row)")
            }
        }
        #expect(Set(rows.filter(\.isOpen).map(\.description)) == Self.open)
        #expect(Set(rows.filter { $0.isOpen && $0.method != .get }.map(\.description)) == AccountsModule.open)
    }

    @Test func `every permission is asked for by a route, has rules, and is in the audit's catalogue`() async throws {
        let asked = Set(try await self.rows().compactMap(\.permission))
        let acts = WriteCareConnect.acts.map { $0.name }
        #expect(Set(acts).count == acts.count)
        for permission in WriteCareConnect.permissions {
            #expect(asked.contains(permission.name), "\(permission.name)")
            #expect(acts.contains(permission.name), "\(permission.name)")
            #expect(!permission.rules.isEmpty && !permission.summary.isEmpty, "\(permission.name)")
            for rule in permission.rules {
                #expect(!rule.roles.isEmpty && !rule.relations.isEmpty && !rule.states.isEmpty, "\(permission.name)")
            }
        }
    }

    @Test func `every unsafe route takes a key, and only those`() async throws {
        for row in try await self.rows() {
            #expect(row.isIdempotent == (row.method != .get && !row.isOpen), "\(row)")
        }
    }

    @Test func `every route has a sample, and every sample a route`() async throws {
        let rows = try await self.rows()
        #expect(Set(rows.map(\.description)) == Set(Sample.all.map(\.route)))
        for sample in Sample.all {
            let row = try #require(rows.first { $0.description == sample.route })
            #expect(row.isOpen == (sample.act == nil), "\(sample.testDescription)")
        }
        for row in rows where row.permission != nil {
            let acts = Sample.all.filter { $0.route == row.description }.compactMap { $0.act?.name }
            #expect(acts.contains(row.permission ?? ""), "\(row)")
        }
    }

    @Test func `every permission is tried by a sample`() {
        let tried = Set(Sample.all.compactMap { $0.act?.name })
        #expect(tried == Set(WriteCareConnect.permissions.map { $0.name }))
    }

    @Test func `only what is the same for everybody is served outside the table`() async throws {
        try await withApp { client, _ in
            let asking = Asking(client: client)
            for path in [
                "/offline", "/api-docs", "/openapi.json", "/service-worker.js", "/health/liveness",
                "/.well-known/jwks.json",
            ] {
                let answer = try await asking.send(.get, path, as: nil)
                #expect(answer.status == .ok, "\(path)")
            }
            for path in ["/metrics", "/health/metrics", "/debug", "/admin", "/.env", "/api/v1", "/api/v2/x"] {
                let answer = try await asking.send(.get, path, as: nil)
                #expect(answer.status == .notFound, "\(path)")
            }
        }
    }
}

/// What each route is counted as.
@Suite(.database) struct RouteLimitsTests {
    private static let special: [String: RouteClass] = [
        "POST /sign-in": .signIn, "POST /api/v1/accounts/sign-in": .signIn, "GET /events": .stream,
        "POST /api/v1/token": .signIn,
        "POST /tablet/open": .signIn, "POST /api/v1/accounts/tablet/open": .signIn,
        "GET /api/v1/events": .stream, "GET /audit": .search, "GET /api/v1/audit/entries": .search,
        "GET /audit/export": .export, "GET /announcements/{announcement}/export": .export,
        "GET /search": .search, "POST /search": .search, "POST /api/v1/messages/search": .search,
        "GET /audit/security": .search, "GET /audit/security/export": .export,
        "GET /api/v1/audit/security-events": .search,
        "POST /residents/emergencies/new": .search, "POST /api/v1/people/emergencies": .search,
    ]

    @Test func `every route is counted by its method, but for those that are dearer`() async throws {
        let rows = try await withApp { _, wcc in wcc.routes.rows }
        for row in rows {
            #expect(row.counted == Self.special[row.description] ?? (row.method == .get ? .read : .write), "\(row)")
        }
        #expect(Set(Self.special.keys).isSubset(of: Set(rows.map(\.description))))
    }
}
