import FoundationEssentials
import HTTPTypes
import Hummingbird
package import Kernel
package import Web

/// `/audit/security`: the security log, and what in it needs a look.
package struct SecurityPages: Sendable {
    static let path = "/audit/security"
    private static let filters = [
        QueryParameter("kind", .oneOf(SecurityKind.self)), QueryParameter("person", .identifier),
    ]

    let service: SecurityService

    package init(_ service: SecurityService) { self.service = service }

    package func register(on pages: inout PageRoutes) {
        pages.get(
            "audit/security", needs: ReadSecurityLog.self,
            query: Self.filters + [QueryParameter("before", .cursor)], counted: .search, self.show)
        pages.get(
            "audit/security/export", needs: ExportSecurityLog.self, query: Self.filters, counted: .export, self.export)
        pages.post(
            "audit/security/seen", needs: MarkAlertsSeen.self,
            fields: [.one("until", maxLength: 40), .one("return", maxLength: 40)]
        ) { call in
            guard let until = WireTime.parse(call.form.text("until")) else {
                throw Problem(.invalidRequest, "There is a problem", violations: [.init("/until", "This is no time")])
            }
            try await self.service.mark(SecuritySeen(until: until), by: call.principal, once: call.once)
            return call.redirect(call.form.text("return") == "/today" ? "/today" : Self.path)
        }
    }

    private func filter(_ call: PageCall) -> SecurityFilter {
        var filter = SecurityFilter()
        filter.kind = call.query("kind").flatMap { SecurityKind(rawValue: $0) }
        filter.person = call.query("person").flatMap { Identifier($0) }
        return filter
    }

    @Sendable func show(_ call: PageCall) async throws -> Response {
        let filter = self.filter(call), before = call.query("before")
        let page = try await self.service.events(
            filter, after: before.map { try Keyset($0, parts: 2) }, for: call.principal)
        let alerts = try await self.service.alerts(for: call.principal)
        let chosen = [
            filter.kind.map { "kind=\($0.rawValue)" }, filter.person.map { "person=\($0)" },
        ].compactMap { $0 }.joined(separator: "&")
        func address(_ path: String, _ more: String? = nil) -> String {
            let query = [chosen.isEmpty ? nil : chosen, more].compactMap { $0 }.joined(separator: "&")
            return query.isEmpty ? path : "\(path)?\(query)"
        }
        let time = call.visitor.time(at: call.now)
        let mayExport = call.principal.may(ExportSecurityLog.self, call.principal.membership)
        let model: Model = [
            "alerts": SecurityAlertsModel(alerts, time: time, key: call.newKey(), returning: Self.path).model.orFalse,
            "kinds": SecurityKind.allCases.filter { $0 != .unknownName }.map { kind -> Model in
                ["value": kind.rawValue, "text": kind.words, "isSelected": kind == filter.kind]
            },
            "person": (filter.person?.description).orFalse,
            "clear": (chosen.isEmpty ? nil : Self.path).orFalse,
            "items": page.items.map { self.item($0, time) },
            "newest": (before == nil ? nil : address(Self.path)).orFalse,
            "older": page.next.map { address(Self.path, "before=\($0)") }.orFalse,
            "export": (mayExport && !page.items.isEmpty ? address("\(Self.path)/export") : nil).orFalse,
        ]
        return try await call.page("audit/security", model, title: "Security log", nav: nil)
    }

    private func item(_ event: SecurityEvent, _ time: LocalTime) -> Model {
        func person(_ person: AuditedPerson?) -> Model? {
            person.map { ["text": $0.name, "href": "\(Self.path)?person=\($0.id)"] }
        }
        return [
            "at": time.brief(event.at), "kind": event.kind.words,
            "count": (event.count > 1 ? "\(event.count) times in a minute" : nil).orFalse,
            "by": person(event.by).orFalse, "about": person(event.about).orFalse,
            "rule": (event.rule.isEmpty ? nil : event.rule).orFalse, "address": event.address.orFalse,
        ]
    }

    @Sendable func export(_ call: PageCall) async throws -> Response {
        let time = call.visitor.time(at: call.now)
        let page = try await self.service.export(self.filter(call), for: call.principal)
        return try await .table("security", columns: Self.columns, page: page) { event in
            [
                time.date(event.at)?.description ?? "", time.time(event.at), WireTime.format(event.at),
                event.kind.words, event.kind.rawValue, event.by?.name ?? "", event.by?.id.description ?? "",
                event.about?.name ?? "", event.about?.id.description ?? "", event.rule, event.address ?? "",
                event.request ?? "", "\(event.count)",
            ]
        }
    }

    private static let columns = [
        "Day", "Time", "Instant (UTC)", "What", "Kind", "Who", "Who (number)", "About", "About (number)", "Rule",
        "Network (hash)", "Request", "How often",
    ]
}

/// What in the security log needs a look, as pages show it until it is seen.
package struct SecurityAlertsModel: Sendable {
    /// `nil` if there is nothing.
    package let model: Model?

    package init(_ alerts: [SecurityAlert], time: LocalTime, key: String, returning path: String) {
        guard let newest = alerts.map(\.at).max() else {
            self.model = nil
            return
        }
        self.model = [
            "action": "\(SecurityPages.path)/seen", "key": key, "return": path,
            // Rounded up, so that the newest is seen too.
            "until": WireTime.format(newest.addingTimeInterval(0.001)), "log": SecurityPages.path,
            "items": alerts.map { alert -> Model in
                [
                    "text": alert.words, "at": time.brief(alert.at),
                    "href": alert.person.map { "\(SecurityPages.path)?person=\($0.id)" } ?? SecurityPages.path,
                ]
            },
        ]
    }
}

extension SecurityAlert {
    fileprivate var words: String {
        let name = self.person?.name ?? "Somebody"
        return switch self.kind {
        case .manyFailures: "\(self.count) tries to get into the account of \(name) have failed"
        case .newDevice: "\(name) has signed in with a browser that was not known"
        case .tokenReused: "A copy of a token of \(name)’s program was used, which ended what it was signed in with"
        case .roleGiven: self.count == 1 ? "\(name) was given a role" : "\(name) was given \(self.count) roles"
        case .limitReached: "\(name) has asked for too much at once, \(self.count) times"
        case .emergencyOpened:
            self.count == 1
                ? "\(name) has opened a record in an emergency"
                : "\(name) has opened \(self.count) records in an emergency"
        }
    }
}
