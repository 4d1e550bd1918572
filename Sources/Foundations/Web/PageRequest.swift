package import FoundationEssentials
package import HTTPTypes
package import Hummingbird
package import Kernel

/// One request for a page, by somebody signed in.
package typealias PageCall = PageRequest<Visitor>
/// One request for a page that is for anyone.
package typealias OpenPageCall = PageRequest<Visitor?>

/// One request for a page, or one form sent; `Who` is a ``Visitor``, or an optional one where anyone may ask.
package struct PageRequest<Who: Sendable>: Sendable {
    package let request: Request
    package let visitor: Who
    /// What the form sent; empty for a page that is only looked at.
    package let form: Form
    /// From the form's hidden key: the same form sent again has its effect once.
    package let once: Once?
    package let now: Date
    package let client: Client
    /// Where browsers find us, for a link that is to be handed on.
    package let origin: String
    let parameters: Parameters
    let values: Query
    let shell: Shell
    /// Read before the handler, so that the page's cursor is older than its content.
    let facts: ShellFacts?
    let token: FormToken

    /// An id in the path; one that is no UUID names nothing.
    package func identifier<Subject>(
        _ name: String, of _: Subject.Type = Subject.self
    ) throws -> Identifier<Subject> {
        try self.parameters.identifier(name)
    }

    /// A whole number in the path, from zero.
    package func number(_ name: String) throws -> Int {
        guard let text = self.parameters.get(name), text.utf8.count <= 18, let number = Int(text), number >= 0 else {
            throw Problem.nothingHere
        }
        return number
    }

    /// Text in the path that is no id, such as a one-time secret.
    package func word(_ name: String) -> String { self.parameters.get(name) ?? "" }

    /// A parameter of the address; `nil` if it was left out or empty.
    package func query(_ name: String) -> String? { self.values[name] }

    /// The next form's hidden key.
    package func newKey() -> String { self.shell.newKey() }

    /// Instants as they are said in a home, or where most of them are.
    package func localTime(_ home: HomeSummary? = nil) -> LocalTime {
        LocalTime(zone: home?.timeZone ?? "Europe/London", now: self.now)
    }

    /// Whether the page's own script asks, and for which part of the page.
    package var fragmentWanted: String? { self.request.headers[.fragment] }

    /// Sends the browser on, after something was done; only ever to a page of ours.
    package func redirect(_ path: String, cookies: [Cookie] = []) -> Response {
        var response = Response(
            status: .seeOther, headers: [.location: localPath(path) ?? "/", .cacheControl: "no-store"])
        for cookie in cookies { response.setCookie(cookie) }
        return response
    }

    /// Says that it is done, to a script.
    package func done() -> Response { Response(status: .noContent, headers: [.cacheControl: "no-store"]) }

    /// A piece of a page, for a page's own script to put in place.
    ///
    /// - Parameters:
    ///   - name: The template.
    ///   - model: What it shows; `shell.csrf` is added.
    ///   - nextKey: The key for the next form of the page, when this answers one.
    /// - Returns: The piece alone.
    /// - Throws: `internal` if there is no such template.
    package func fragment(_ name: String, _ model: [String: Any], nextKey: String? = nil) throws -> Response {
        var model = model
        model["shell"] = ["csrf": self.token.text]
        var response = try self.shell.html(name, model, status: .ok)
        if let nextKey { response.headers[.nextKey] = nextKey }
        return response
    }

    private func frame(
        _ title: String, _ nav: NavItem?, _ home: HomeSummary?, _ status: HTTPResponse.Status
    ) -> Shell.Frame {
        Shell.Frame(
            title: title, nav: nav, home: home, status: status, theme: self.request.theme, csrf: self.token.text)
    }
}

extension PageRequest where Who == Visitor {
    package var principal: Principal { self.visitor.principal }

    /// A whole page.
    ///
    /// - Parameters:
    ///   - name: The template, such as `messages/list`.
    ///   - model: What it shows; `shell` is added.
    ///   - title: What the page is; a failed form's begins with "Error: " without being asked.
    ///   - nav: Which of the places at the side it is in.
    ///   - home: The home chosen, if the person has several.
    ///   - status: `.unprocessableContent` for a form that comes back.
    /// - Returns: The page with everything around it.
    /// - Throws: `internal` if there is no such template.
    package func page(
        _ name: String, _ model: [String: Any], title: String, nav: NavItem? = nil, home: HomeSummary? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        var frame = self.frame(title, nav, home, status)
        frame.visitor = self.visitor
        frame.facts =
            if let facts { facts } else { try await self.shell.facts(self.visitor) }
        return try self.shell.page(name, model, frame)
    }
}

extension PageRequest where Who == Visitor {
    /// A page with nothing around it, for a step on the way to everything else.
    ///
    /// - Parameters:
    ///   - name: The template, such as `accounts/second-factor`.
    ///   - model: What it shows; `shell` is added.
    ///   - title: What the page is; a failed form's begins with "Error: " without being asked.
    ///   - status: `.unprocessableContent` for a form that comes back.
    /// - Returns: The page.
    /// - Throws: `internal` if there is no such template.
    package func plainPage(
        _ name: String, _ model: [String: Any], title: String, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        try self.shell.page(name, model, self.frame(title, nil, nil, status))
    }
}

extension PageRequest where Who == Visitor? {
    /// A whole page for somebody who is not signed in.
    ///
    /// - Parameters:
    ///   - name: The template, such as `accounts/sign-in`.
    ///   - model: What it shows; `shell` is added.
    ///   - title: What the page is; a failed form's begins with "Error: " without being asked.
    ///   - status: `.unprocessableContent` for a form that comes back.
    /// - Returns: The page with everything around it.
    /// - Throws: `internal` if there is no such template.
    package func page(
        _ name: String, _ model: [String: Any], title: String, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        var response = try self.shell.page(name, model, self.frame(title, nil, nil, status))
        if let cookie = self.token.cookie { response.setCookie(cookie) }
        return response
    }
}

extension Request {
    /// What the page's script remembered of the reader's choice of light or dark.
    var theme: String? {
        let theme = self.cookies["theme"]?.value
        return theme == "light" || theme == "dark" ? theme : nil
    }
}

/// A path of this site, such as may be gone to after signing in; `nil` for anything that could lead elsewhere.
///
/// Browsers read `//host` and `/\host` as another site, and leave out control characters before they look.
package func localPath(_ text: String?) -> String? {
    guard let text, text.utf8.count <= 2_000, text.first == "/", text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
        !text.contains("\\"), text.dropFirst().first != "/"
    else { return nil }
    return text
}
