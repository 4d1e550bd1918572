import HTTPTypes
package import Hummingbird
package import Kernel

/// The routes of the API as they are declared: served, listed and described from the same values.
package struct APIRoutes: Sendable {
    struct Route: Sendable {
        let row: RouteTable.Row
        let operation: OpenAPI.Operation
        let schemas: [String: Schema]
        let respond: @Sendable (Request, SiteContext, Surroundings) async throws -> Response
    }

    let prefix: String
    private(set) var routes: [Route] = []

    /// - Parameter prefix: The path that every route is below.
    package init(prefix: String = "/api/v1") { self.prefix = prefix }

    package var rows: [RouteTable.Row] { self.routes.map(\.row) }

    /// Serves an endpoint, at `<prefix>/<module>/<path>`, and describes it.
    package mutating func add<Input, Output>(_ endpoint: Endpoint<Input, Output>, in module: String) {
        let path = [self.prefix, module, endpoint.path].filter { !$0.isEmpty }.joined(separator: "/")
        let row = RouteTable.Row(
            method: endpoint.method, path: path, permission: endpoint.permission?.name, isPage: false,
            isIdempotent: endpoint.isIdempotent, isOpen: endpoint.permission == nil, counted: endpoint.counted,
            maxBody: endpoint.maxBody)
        self.routes.append(
            Route(
                row: row, operation: OpenAPI.Operation(endpoint, row, in: module),
                schemas: OpenAPI.schemas(of: endpoint)
            ) { request, context, surroundings in
                try await endpoint.respond(to: request, context, in: surroundings)
            })
    }

    /// Serves a route that answers with events for as long as somebody listens.
    package mutating func addStream(
        _ path: String, _ summary: String, needs permission: any Permission.Type, query: [QueryParameter],
        _ respond: @escaping @Sendable (Request, SignedInContext) async throws -> Response
    ) {
        let row = RouteTable.Row(
            method: .get, path: "\(self.prefix)/\(path)", permission: permission.name, isPage: false,
            isIdempotent: false, isOpen: false, counted: .stream)
        let operation = OpenAPI.Operation(stream: row, summary: summary, query: query)
        self.routes.append(
            Route(row: row, operation: operation, schemas: [:]) { request, context, _ in
                let context = try SignedInContext(context: context)
                _ = try Query(request, declared: query)
                return try await respond(request, context)
            })
    }

    /// The OpenAPI 3.0 document.
    package func document(title: String, version: String) throws -> String {
        try OpenAPI.document(self.routes, title: title, version: version)
    }
}
