import HTTPTypes
import Hummingbird
package import Kernel
import NIOCore

/// What is around every page, and how a page becomes a response.
///
/// Pages are never compressed: a page holds both a secret, its form token, and text that others wrote, and the length
/// of the two compressed together tells a listener about the secret (BREACH).
package struct Shell: Sendable {
    package typealias Facts = @Sendable (Visitor) async throws -> ShellFacts

    let templates: Templates
    let assets: Assets
    let source: Source
    let facts: Facts

    /// - Parameters:
    ///   - templates: The pages.
    ///   - assets: What they refer to.
    ///   - source: Where the keys of forms come from.
    ///   - facts: What is asked about a visitor, once a page.
    package init(templates: Templates, assets: Assets, source: Source, facts: @escaping Facts) {
        self.templates = templates
        self.assets = assets
        self.source = source
        self.facts = facts
    }

    /// What of a page is not its own content.
    struct Frame {
        var title: String
        var nav: NavItem?
        var home: HomeSummary?
        var status: HTTPResponse.Status
        var theme: String?
        var csrf: String
        var visitor: Visitor?
        var facts: ShellFacts?
        var imageSources = "'self'"
    }

    func page(_ name: String, _ model: [String: Any], _ frame: Frame) throws -> Response {
        let nonce = Secret().text.value
        var model = model
        model["shell"] = self.model(frame, nonce: nonce)
        var response = try self.html(name, model, status: frame.status)
        response.headers[.contentSecurityPolicy] = SecurityHeaders.policy(
            nonce: nonce, imageSources: frame.imageSources)
        return response
    }

    func html(_ name: String, _ model: [String: Any], status: HTTPResponse.Status) throws -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: try self.templates.render(name, model))))
    }

    func newKey() -> String { self.source.identifier(Shell.self).description }

    private func model(_ frame: Frame, nonce: String) -> [String: Any] {
        var shell: [String: Any] = [
            "title": frame.status.code >= 400 && frame.visitor != nil || frame.status == .unprocessableContent
                ? "Error: \(frame.title)" : frame.title,
            "count": "", "nonce": nonce, "theme": frame.theme ?? false, "csrf": frame.csrf,
            "assets": [
                "css": self.assets.path("css/app.css"), "script": self.assets.path("js/app.js"),
                "htmx": self.assets.path("vendor/htmx/htmx.min.js"), "mark": self.assets.path("images/mark.svg"),
            ],
        ]
        guard let visitor = frame.visitor, let facts = frame.facts else { return shell }
        shell["count"] =
            facts.urgent > 0 ? "(\(facts.urgent) urgent) " : facts.unread > 0 ? "(\(facts.unread)) " : ""
        shell["signOutKey"] = self.newKey()
        shell["searchKey"] = self.newKey()
        shell["cursor"] = facts.cursor
        shell["term"] =
            visitor.term.map { term in
                ["idle": "\(term.idle)", "left": "\(term.left)", "most": "\(term.mostLeft)"] as Model
            }.orFalse
        shell["tablet"] = (visitor.term?.isOnTablet == true ? ["lockKey": self.newKey()] as Model : nil).orFalse
        shell["emergencies"] = facts.emergencies.map { one -> [String: Any] in
            ["text": one.text, "href": one.href, "name": one.name]
        }
        shell["unread"] = facts.unread > 0 ? "\(facts.unread)" as Any : false
        shell["home"] = Self.home(frame.home, of: visitor)
        shell["homes"] = Self.homes(frame.home, of: visitor)
        shell["person"] = [
            "id": "\(visitor.principal.person)", "name": visitor.name, "firstName": visitor.preferredName,
            "initials": visitor.initials, "role": visitor.roleTitle,
        ]
        shell["nav"] = Dictionary(
            NavItem.allCases.map { item in
                (
                    item.rawValue,
                    facts.nav.contains(item) ? ["isCurrent": item == frame.nav] as [String: Any] : false as Any
                )
            }
        ) { $1 }
        return shell
    }

    private static func home(_ chosen: HomeSummary?, of visitor: Visitor) -> Any {
        let mine = visitor.homes.filter(\.isMine)
        if let home = chosen ?? (mine.count == 1 ? mine.first : nil) {
            return ["name": home.name, "initials": home.initials, "tint": home.tint] as [String: Any]
        }
        guard mine.count > 1 else { return false }
        return ["name": "All \(mine.count.inWords) homes", "initials": "\(mine.count)", "tint": false] as [String: Any]
    }

    private static func homes(_ chosen: HomeSummary?, of visitor: Visitor) -> [[String: Any]] {
        let mine = visitor.homes.filter(\.isMine)
        guard mine.count > 1 else { return [] }
        let all: [String: Any] = [
            "name": "All \(mine.count.inWords) homes", "initials": "\(mine.count)", "tint": false, "href": "/today",
            "isCurrent": chosen == nil,
        ]
        return [all]
            + mine.map { home in
                [
                    "name": home.name, "initials": home.initials, "tint": home.tint, "href": "/today?home=\(home.id)",
                    "isCurrent": home.id == chosen?.id,
                ]
            }
    }
}

extension Int {
    /// As a sentence has it, up to ten.
    fileprivate var inWords: String {
        let words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
        return words[safe: self] ?? "\(self)"
    }
}
