import HTTPTypes
package import Hummingbird
package import Kernel
package import Limits
import NIOCore

/// Everything that is served, put together: the declared routes, the files, and what every request goes through.
///
///     var site = Site(settings: …, templates: …, assets: …, source: …) { visitor in … }
///     MessagesRoutes(messages).register(on: &site.api)
///     MessagesPages(messages).register(on: &site.pages)
///     let responder = try site.responder(authenticator: …)
package struct Site: Sendable {
    package var api = APIRoutes()
    package var pages = PageRoutes()
    /// How a code is taken; without it nobody has a second factor.
    package var stepUp: StepUp = { _, _ in throw Problem.nothingHere }
    /// Who keeps the form of somebody whose sign-in is over; without it nobody does.
    package var keeping: FormKeeping = { _ in nil }
    /// Told of who was refused, and of who asked for too much.
    package var watch: SecurityWatch = { _ in }
    private let settings: WebSettings
    private let shell: Shell
    private let source: Source
    private let rates: Rates?

    /// - Parameters:
    ///   - settings: What the installation decides.
    ///   - templates: The pages.
    ///   - assets: What they refer to.
    ///   - source: Where time and identifiers come from.
    ///   - rates: Who has had enough for now; without it nobody ever has.
    ///   - facts: What is asked about a visitor, once a page.
    package init(
        settings: WebSettings, templates: Templates, assets: Assets, source: Source, rates: Rates? = nil,
        facts: @escaping Shell.Facts
    ) {
        self.settings = settings
        self.rates = rates
        self.source = source
        self.shell = Shell(templates: templates, assets: assets, source: source, facts: facts)
    }

    /// Every declared route, for the tests that ask whether each was thought of.
    package var table: RouteTable { RouteTable(rows: self.api.rows + self.pages.rows) }

    /// The OpenAPI document of what is declared so far.
    package func document() throws -> String {
        try self.api.document(title: "\(self.settings.title) API", version: self.settings.version)
    }

    /// Puts it together.
    ///
    /// - Parameters:
    ///   - authenticator: Finds out who is asking.
    ///   - observers: What else sees every request and its answer, such as metrics; the first is outermost.
    ///   - others: Adds routes that are no part of the product, such as health.
    /// - Returns: What answers every request.
    /// - Throws: ``RouteFault`` for a route that nobody may serve.
    package func responder(
        authenticator: Authenticator, observers: [any MiddlewareProtocol<Request, Response, SiteContext>] = [],
        others: (Router<SiteContext>) -> Void = { _ in }
    ) throws -> RouterResponder<SiteContext> {
        var site = self
        site.addOwnPages()
        let table = site.table
        try table.check(allowing: self.settings.open)
        let surroundings = Surroundings(
            settings: self.settings, source: self.source, stepUp: self.stepUp, keeping: self.keeping)

        let router = Router(context: SiteContext.self, options: .autoGenerateHeadEndpoints)
        for observer in observers { router.add(middleware: observer) }
        router.addMiddleware {
            RequestJournal(source: self.source)
            SecurityHeaders(isSecure: self.settings.isSecure)
            CrossOrigin(origins: self.settings.otherOrigins)
            ProblemMiddleware(table: table, page: ProblemPage(shell: self.shell), watch: self.watch)
            SameOrigin(origin: self.settings.origin, others: self.settings.otherOrigins)
            authenticator
        }
        let gate = RateGate(rates: self.rates, proxies: self.settings.trustedProxies, watch: self.watch)
        for route in site.api.routes {
            router.on(RouterPath(route.row.path), method: route.row.method) { request, context in
                try await gate.pass(request, context, as: route.row.counted)
                return try await route.respond(request, context, surroundings)
            }
        }
        let shell = self.shell
        for route in site.pages.routes {
            router.on(RouterPath(route.row.path), method: route.row.method) { request, context in
                try await gate.pass(request, context, as: route.row.counted)
                return try await route.respond(request, context, shell, surroundings)
            }
        }
        let assets = self.shell.assets
        router.get("assets/{hash}/{file}") { request, _ in try assets.response(to: request) }
        router.get("service-worker.js") { request, _ in assets.serviceWorkerResponse(to: request) }
        let document = ByteBuffer(string: try self.document())
        router.get("openapi.json") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-cache"],
                body: .init(byteBuffer: document))
        }
        others(router)
        return router.buildResponder()
    }

    /// The pages that are about the site itself, and show nothing of anybody.
    private mutating func addOwnPages() {
        self.pages.get("offline", open: .anyone) { call in
            try call.plainPage("offline", [:], title: "No connection")
        }
        let assets = self.shell.assets, title = "\(self.settings.title) API"
        self.pages.get("api-docs", open: .anyone) { call in
            try call.plainPage(
                "api-docs",
                [
                    "swagger": [
                        "css": assets.path("vendor/swagger-ui/swagger-ui.css"),
                        "script": assets.path("vendor/swagger-ui/swagger-ui-bundle.js"),
                        "start": assets.path("js/api-docs.js"),
                    ]
                ], title: title, imageSources: "'self' data:")
        }
    }
}

extension PageRequest where Who == Visitor? {
    /// A page that is the same for everybody, and so has no form.
    fileprivate func plainPage(
        _ name: String, _ model: [String: Any], title: String, imageSources: String = "'self'"
    ) throws -> Response {
        var frame = Shell.Frame(title: title, status: .ok, theme: self.request.theme, csrf: "")
        frame.imageSources = imageSources
        return try self.shell.page(name, model, frame)
    }
}
