import HTTPTypes
package import Hummingbird
package import Kernel

/// The routes of the pages as they are declared, each with what it needs and what it takes.
package struct PageRoutes: Sendable {
    package typealias Perform = @Sendable (PageCall) async throws -> Response
    package typealias PerformOpen = @Sendable (OpenPageCall) async throws -> Response

    struct Route: Sendable {
        let row: RouteTable.Row
        let respond: @Sendable (Request, SiteContext, Shell, Surroundings) async throws -> Response
    }

    private(set) var routes: [Route] = []

    package init() {}

    package var rows: [RouteTable.Row] { self.routes.map(\.row) }

    /// A page to look at.
    ///
    /// - Parameters:
    ///   - path: Its address, with parameters in braces and without the first slash.
    ///   - permission: Without it nobody sees it; `nil` for a page that shows nothing but what its reader is.
    ///   - query: What the address may carry; anything else is refused.
    ///   - isWhole: Whether it is a page with everything around it, or a piece for a script.
    ///   - isBeforeFactor: Whether those see it who have yet to set up their second factor.
    ///   - counted: What it is counted as, if it is no mere read.
    ///   - perform: Makes it.
    package mutating func get(
        _ path: String, needs permission: (any Permission.Type)?, query: [QueryParameter] = [], isWhole: Bool = true,
        isBeforeFactor: Bool = false, counted: RouteClass? = nil, _ perform: @escaping Perform
    ) {
        self.add(
            .get, path, permission, isIdempotent: false, counted: counted
        ) { request, context, shell, surroundings in
            let visitor = try context.signedIn(beforeFactor: isBeforeFactor)
            let query = try Query(request, declared: query, isForm: true)
            let facts = isWhole ? try await shell.facts(visitor) : nil
            let call = PageCall(
                request, context, visitor, shell, surroundings, query: query, facts: facts,
                token: FormToken(for: visitor))
            do {
                return try await perform(call)
            } catch let problem as Problem where problem.kind == .stepUpRequired {
                return try call.askForCode(AskedAgain(lookingAt: request, key: call.newKey()))
            }
        }
    }

    /// A form of somebody signed in; with a file among its fields, it is one of several parts.
    ///
    /// - Parameters:
    ///   - path: Where it is sent, with parameters in braces and without the first slash.
    ///   - permission: Without it nobody may send it.
    ///   - query: What the address may carry; anything else is refused.
    ///   - fields: What the form may send besides its hidden `csrf` and `key`; anything else is refused.
    ///   - isBeforeFactor: Whether those may send it who have yet to set up their second factor.
    ///   - isKept: Whether what it says is kept where the sign-in is over; what is secret, or asks for nothing, is not.
    ///   - counted: What it is counted as, if it is no mere write.
    ///   - perform: Does what it asks.
    package mutating func post(
        _ path: String, needs permission: any Permission.Type, query: [QueryParameter] = [], fields: [FormField],
        isBeforeFactor: Bool = false, isKept: Bool = true, counted: RouteClass? = nil, _ perform: @escaping Perform
    ) {
        self.add(
            .post, path, permission, isIdempotent: true, counted: counted, maxBody: SentForm.maxBody(fields)
        ) { request, context, shell, surroundings in
            if context.state.value.visitor == nil,
                let answer = try await Self.keep(request, fields, isKept, surroundings)
            {
                return answer
            }
            var visitor = try context.signedIn(beforeFactor: isBeforeFactor)
            let query = try Query(request, declared: query, isForm: true)
            let sent = try await SentForm(request, declared: fields) { [visitor] in
                FormToken.isToken($0, for: visitor)
            }
            guard let key = sent.key else {
                throw Problem(.invalidRequest, "The form carries no key", detail: "Load the page again.")
            }
            let once = try Once(key: key, operation: "POST \(request.uri.path)", input: sent.form.canonical)
            func call(_ visitor: Visitor) -> PageCall {
                PageCall(
                    request, context, visitor, shell, surroundings, query: query, form: sent.form, once: once,
                    token: FormToken(for: visitor))
            }
            let again = AskedAgain(sending: sent.pairs, key: key, to: request)
            if let code = sent.code {
                do {
                    let signIn = try await surroundings.stepUp(visitor, code)
                    visitor = signIn.visitor
                    context.state.value.visitor = visitor
                    context.state.value.cookie = .signIn(signIn.secret)
                } catch let error as any ProblemConvertible where error.problem.isAboutCode {
                    return try call(visitor).askForCode(again, error.problem)
                }
            }
            do {
                return try await perform(call(visitor))
            } catch let problem as Problem where problem.kind == .stepUpRequired {
                return try call(visitor).askForCode(again)
            }
        }
    }

    /// Keeps what was typed by somebody whose sign-in is over, and sends them to sign in and come back to it.
    ///
    /// - Returns: `nil` where nobody knows whose it is, where a script asks that keeps it itself, and for files.
    private static func keep(
        _ request: Request, _ fields: [FormField], _ isKept: Bool, _ surroundings: Surroundings
    ) async throws -> Response? {
        guard request.wantsPage, request.headers[.fragment] == nil, request.headers[.background] == nil,
            !fields.contains(where: { $0.count == .file }), let action = localPath(request.uri.string),
            let keeper = try await surroundings.keeping(request)
        else { return nil }
        let sent = try await SentForm(request, declared: fields) { FormToken.isToken($0, sealed: keeper.formKey) }
        var kept = KeptFields(draft: sent.pairs)
        if kept == nil, isKept, let key = sent.key, sent.pairs.contains(where: { !$0.value.isEmpty }) {
            kept = KeptFields(
                action: action, key: key, fields: sent.pairs.map { .init(name: $0.name, value: $0.value) })
        }
        guard let kept else { return Response(status: .seeOther, headers: [.location: "/sign-in"]) }
        let place = try await keeper.keep(kept)
        return Response(
            status: .seeOther, headers: [.location: "/sign-in?next=\(place)", .cacheControl: "no-store"])
    }

    /// A page for anyone: sign-in, set-up, what to read without a connection.
    package mutating func get(
        _ path: String, open _: Openness, query: [QueryParameter] = [], _ perform: @escaping PerformOpen
    ) {
        self.add(.get, path, nil, isIdempotent: false, isOpen: true) { request, context, shell, surroundings in
            try await perform(
                OpenPageCall(
                    request, context, context.visitor, shell, surroundings,
                    query: Query(request, declared: query, isForm: true), token: FormToken(open: request)))
        }
    }

    /// A form for anyone; its path stands on the list of ``WebSettings/open``.
    package mutating func post(
        _ path: String, open _: Openness, query: [QueryParameter] = [], fields: [FormField],
        counted: RouteClass? = nil, _ perform: @escaping PerformOpen
    ) {
        self.add(
            .post, path, nil, isIdempotent: false, isOpen: true, counted: counted
        ) { request, context, shell, surroundings in
            let query = try Query(request, declared: query, isForm: true)
            let sent = try await SentForm(request, declared: fields) { FormToken.isToken($0, open: request) }
            return try await perform(
                OpenPageCall(
                    request, context, context.visitor, shell, surroundings, query: query, form: sent.form,
                    token: FormToken(open: request)))
        }
    }

    /// A stream of events for the browser of somebody signed in.
    package mutating func stream(
        _ path: String, needs permission: any Permission.Type, query: [QueryParameter],
        _ respond: @escaping @Sendable (Request, SignedInContext) async throws -> Response
    ) {
        self.add(.get, path, permission, isIdempotent: false, counted: .stream) { request, context, _, _ in
            let context = try SignedInContext(context: context)
            _ = try Query(request, declared: query, isForm: true)
            return try await respond(request, context)
        }
    }

    private mutating func add(
        _ method: HTTPRequest.Method, _ path: String, _ permission: (any Permission.Type)?, isIdempotent: Bool,
        isOpen: Bool = false, counted: RouteClass? = nil, maxBody: Int = 0,
        _ respond: @escaping @Sendable (Request, SiteContext, Shell, Surroundings) async throws -> Response
    ) {
        let row = RouteTable.Row(
            method: method, path: "/\(path)", permission: permission?.name, isPage: true,
            isIdempotent: isIdempotent, isOpen: isOpen, counted: counted ?? method.counted, maxBody: maxBody)
        self.routes.append(Route(row: row, respond: respond))
    }
}

/// The fields of a form, once it has shown that it is one of ours.
private struct SentForm {
    let form: Form
    let key: String?
    /// What was typed on the page that asks for a code, on the way.
    let code: String?
    let pairs: [URLEncoded.Pair]

    /// How much is read: 256 KiB for what is typed, and the files.
    static func maxBody(_ declared: [FormField]) -> Int {
        declared.filter { $0.count == .file }.reduce(256 * 1024) { $0 + $1.maxLength }
    }

    init(_ request: Request, declared: [FormField], isToken: (String) -> Bool) async throws {
        let limit = Self.maxBody(declared)
        var pairs: [URLEncoded.Pair]
        var files: [Multipart.File] = []
        if declared.contains(where: { $0.count == .file }) {
            guard let boundary = request.formBoundary else {
                throw Problem(.unsupportedMediaType, "Send this as multipart/form-data")
            }
            let parts = try Multipart(try await request.bytes(upTo: limit), boundary: boundary)
            (pairs, files) = (parts.pairs, parts.files)
        } else {
            guard request.isForm else {
                throw Problem(.unsupportedMediaType, "Send this as application/x-www-form-urlencoded")
            }
            pairs = try URLEncoded.parse(try await request.bytes(upTo: limit))
        }
        let tokens = pairs.filter { $0.name == "csrf" }, keys = pairs.filter { $0.name == "key" }
        guard tokens.count == 1, let token = tokens.first, isToken(token.value) else {
            throw Problem(
                .forbidden, "This form is too old",
                detail: "Go back, load the page again, and send it once more.")
        }
        guard keys.count <= 1 else { throw Problem(.invalidRequest, "The form carries two keys") }
        let codes = pairs.filter { $0.name == AskedAgain.field }
        guard codes.count <= 1 else { throw Problem(.invalidRequest, "The form carries two codes") }
        pairs.removeAll { ["csrf", "key", AskedAgain.field].contains($0.name) }
        self.code = codes.first?.value
        self.pairs = pairs
        self.form = try Form(pairs, files, declared: declared)
        self.key = keys.first?.value
    }
}

extension PageRequest {
    fileprivate init(
        _ request: Request, _ context: SiteContext, _ visitor: Who, _ shell: Shell, _ surroundings: Surroundings,
        query: Query, form: Form = .empty, once: Once? = nil, facts: ShellFacts? = nil, token: FormToken
    ) {
        self.init(
            request: request, visitor: visitor, form: form, once: once, now: surroundings.source.now(),
            client: Client(request, remote: context.remoteAddress, behind: surroundings.settings.trustedProxies),
            origin: surroundings.settings.origin ?? "http://\(request.head.authority ?? "localhost")",
            parameters: context.parameters, values: query, shell: shell, facts: facts, token: token)
    }
}
