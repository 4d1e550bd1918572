import HTTPTypes
import Hummingbird
import Kernel

extension OpenAPI {
    /// One route, as a client needs to know it.
    struct Operation: Encodable, Sendable {
        let operationId: String
        let summary: String
        let description: String?
        let tags: [String]
        let permission: String?
        let security: [[String: [String]]]
        let parameters: [Parameter]
        let requestBody: Body?
        let responses: [String: Answer]

        enum CodingKeys: String, CodingKey {
            case operationId, summary, description, tags, security, parameters, requestBody, responses
            case permission = "x-permission"
        }

        init<Input, Output>(_ endpoint: Endpoint<Input, Output>, _ row: RouteTable.Row, in module: String) {
            self.operationId = Self.identifier(of: row)
            self.summary = endpoint.summary
            let asking = endpoint.permission?.asksForCode == true ? Self.asksForCode : nil
            let sentences = [endpoint.details, asking].compactMap { $0 }
            self.description = sentences.isEmpty ? nil : sentences.joined(separator: "\n\n")
            self.tags = [module]
            self.permission = row.permission
            self.security = row.isOpen ? [] : Self.eitherWay
            var parameters = Self.pathParameters(of: row) + endpoint.query.map { Parameter($0) }
            parameters += endpoint.headers.map { Parameter($0, in: "header") }
            if endpoint.isIdempotent { parameters.append(.idempotencyKey) }
            if endpoint.isVersioned { parameters.append(.ifMatch) }
            self.parameters = parameters
            self.requestBody =
                endpoint.takesBody
                ? Body(content: Self.content(Input.self, as: endpoint.takes)) : nil

            var headers = ["X-Request-Id": Header.requestID]
            if endpoint.isIdempotent { headers["Idempotency-Replayed"] = .replayed }
            let content =
                Output.self == Nothing.self
                ? nil : Self.content(Output.self, as: [endpoint.gives])
            var responses = [
                "\(endpoint.status.code)": Answer(
                    description: endpoint.status.reasonPhrase, headers: headers, content: content)
            ]
            var kinds = endpoint.errors.union(Self.errors(of: row, takesBody: endpoint.takesBody))
            if endpoint.isVersioned { kinds.insert(.preconditionFailed) }
            for kind in kinds { responses["\(kind.status)"] = Answer(kind) }
            self.responses = responses
        }

        init(stream row: RouteTable.Row, summary: String, query: [QueryParameter]) {
            self.operationId = Self.identifier(of: row)
            self.summary = summary
            self.description = """
                Server-sent events. `id` is where the stream is; give the last one as `Last-Event-ID` to go on after \
                it. `data` is `{"object": "<id>"}`: fetch the object to see what happened. `reset` means load \
                everything again; `bye` means connect again.
                """
            self.tags = ["events"]
            self.permission = row.permission
            self.security = Self.eitherWay
            self.parameters =
                query.map { Parameter($0) } + [
                    Parameter(
                        name: "Last-Event-ID", in: "header", required: false, description: "Where to go on",
                        schema: .cursor)
                ]
            self.requestBody = nil
            var responses = [
                "200": Answer(
                    description: "Events, until either side ends it", headers: ["X-Request-Id": .requestID],
                    content: ["text/event-stream": Content(schema: .schema(.string(maxLength: Int(Int32.max))))])
            ]
            for kind in Self.errors(of: row, takesBody: false) { responses["\(kind.status)"] = Answer(kind) }
            self.responses = responses
        }

        private static let eitherWay: [[String: [String]]] = [["sign_in": []], ["bearer": []]]

        private static let asksForCode = """
            Whoever has a second factor is asked for a code that is no more than ten minutes old: without one the answer \
            is `step-up-required`.
            """

        private static func content<Value: Described>(_: Value.Type, as types: [String]) -> [String: Content] {
            let schema: SchemaOrReference =
                Value.self == RawContent.self ? .schema(Value.schema) : .reference(OpenAPI.name(Value.self))
            return Dictionary(types.map { ($0, Content(schema: schema)) }) { first, _ in first }
        }

        private static func identifier(of row: RouteTable.Row) -> String {
            let words = row.path.split(separator: "/").drop { $0 == "api" || $0 == "v1" }.map { part in
                part.hasPrefix("{") ? "by_\(part.dropFirst().dropLast())" : String(part)
            }
            return ([row.method.rawValue.lowercased()] + words).joined(separator: "_")
                .replacing("-", with: "_")
        }

        private static func pathParameters(of row: RouteTable.Row) -> [Parameter] {
            row.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                Parameter(
                    name: String($0.dropFirst().dropLast()), in: "path", required: true, description: nil,
                    schema: .identifier)
            }
        }

        /// What any route of this form may answer.
        private static func errors(of row: RouteTable.Row, takesBody: Bool) -> Set<Problem.Kind> {
            var kinds: Set<Problem.Kind> = [.badRequest, .forbidden, .rateLimited, .internalFailure, .unavailable]
            if !row.isOpen { kinds.insert(.unauthenticated) }
            if row.path.contains("{") { kinds.insert(.notFound) }
            if row.method.isUnsafe { kinds.formUnion([.timeout, .tooLarge, .invalidRequest]) }
            if takesBody { kinds.insert(.unsupportedMediaType) }
            if row.isIdempotent { kinds.insert(.conflict) }
            return kinds
        }
    }
}

extension OpenAPI.Parameter {
    init(_ parameter: QueryParameter, in place: String = "query") {
        self.init(
            name: parameter.name, in: place, required: parameter.isRequired, description: parameter.summary,
            schema: parameter.schema)
    }

    fileprivate static let idempotencyKey = Self(
        name: "Idempotency-Key", in: "header", required: false,
        description: "Of your making, 16 to 128 visible characters: the same key has the same effect, once",
        schema: Once.keySchema)
    fileprivate static let ifMatch = Self(
        name: "If-Match", in: "header", required: false, description: "The ETag of the version you have seen",
        schema: Request.versionSchema)
}

extension OpenAPI.Header {
    fileprivate static let requestID = Self(
        description: "What the logs call this request", required: true, schema: .identifier)
    fileprivate static let replayed = Self(
        description: "There when the same request had its effect before", required: false, schema: .oneOf(["true"]))
}

extension OpenAPI.Answer {
    fileprivate init(_ kind: Problem.Kind) {
        self.init(
            description: kind.rawValue, headers: ["X-Request-Id": .requestID],
            content: ["application/problem+json": .init(schema: .reference("Problem"))])
    }
}
