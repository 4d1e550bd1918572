import FoundationEssentials
import HTTPTypes
import Kernel

/// What OpenAPI 3.0.3 has to be told about the routes.
enum OpenAPI {
    struct Parameter: Encodable, Sendable {
        let name: String
        let `in`: String
        let required: Bool
        let description: String?
        let schema: Schema
    }
    /// A schema, or the name of one among the components.
    enum SchemaOrReference: Encodable, Sendable {
        case schema(Schema), reference(String)

        private enum Key: String, CodingKey { case reference = "$ref" }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .schema(let schema): try schema.encode(to: encoder)
            case .reference(let name):
                var container = encoder.container(keyedBy: Key.self)
                try container.encode("#/components/schemas/\(name)", forKey: .reference)
            }
        }
    }
    struct Content: Encodable, Sendable { let schema: SchemaOrReference }
    struct Body: Encodable, Sendable {
        let required = true
        let content: [String: Content]
    }
    struct Header: Encodable, Sendable {
        let description: String
        let required: Bool
        let schema: Schema
    }
    struct Answer: Encodable, Sendable {
        let description: String
        let headers: [String: Header]
        let content: [String: Content]?
    }

    private struct Document: Encodable {
        struct Info: Encodable {
            let title: String
            let version: String
            let description: String
        }
        struct SecurityScheme: Encodable {
            let type: String
            var `in`: String?
            var name: String?
            var scheme: String?
            var bearerFormat: String?
            let description: String
        }
        struct Components: Encodable {
            let schemas: [String: Schema]
            let securitySchemes: [String: SecurityScheme]
        }
        struct Tag: Encodable { let name: String }
        let openapi = "3.0.3"
        let info: Info
        let tags: [Tag]
        let paths: [String: [String: Operation]]
        let components: Components
    }

    static func document(_ routes: [APIRoutes.Route], title: String, version: String) throws -> String {
        var paths: [String: [String: Operation]] = [:]
        var schemas = ["Problem": Schema.problem]
        for route in routes {
            paths[route.row.path, default: [:]][route.row.method.rawValue.lowercased()] = route.operation
            schemas.merge(route.schemas) { $1 }
        }
        let document = Document(
            info: .init(title: title, version: version, description: Self.introduction),
            tags: Set(routes.flatMap(\.operation.tags)).sorted().map(Document.Tag.init),
            paths: paths,
            components: .init(
                schemas: schemas,
                securitySchemes: [
                    "sign_in": .init(
                        type: "apiKey", in: "cookie", name: "__Host-wcc", description: Self.security),
                    "bearer": .init(
                        type: "http", scheme: "bearer", bearerFormat: "JWT", description: Self.bearer),
                ]))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    private static let introduction = """
        Errors are problem details (RFC 9457); quote the request id in `instance` when asking for help. Lists are \
        `items` and, while there is more, `next`, which goes back as `before`. Unknown fields, parameters and repeated \
        names are refused. A request that changes something may carry an `Idempotency-Key`, and then has its effect \
        once, however often it is sent.
        """
    private static let security = """
        The cookie that a sign-in sets. With it, a request that changes something must also say where it comes from: \
        `Sec-Fetch-Site: same-origin`, as browsers send it, or an `Origin` equal to this server's.
        """

    private static let bearer = """
        The access token that `POST /api/v1/token` gives, for programs: `curl https://care.example/api/v1/accounts/me -H \
        'Authorization: Bearer …'`. It comes alone: with the cookie beside it the answer is 400.
        """

    /// The schemas that an endpoint's body and answer are known by.
    static func schemas<Input, Output>(of _: Endpoint<Input, Output>) -> [String: Schema] {
        var schemas: [String: Schema] = [:]
        if Input.self != Nothing.self, Input.self != RawContent.self { schemas[Self.name(Input.self)] = Input.schema }
        if Output.self != Nothing.self, Output.self != RawContent.self {
            schemas[Self.name(Output.self)] = Output.schema
        }
        return schemas
    }

    /// `Page<Message>` is called `MessagePage`.
    static func name(_ type: Any.Type) -> String {
        let parts = String(describing: type).split { !$0.isLetter && !$0.isNumber }
        return parts.reversed().joined()
    }
}

extension Schema {
    static let problem = Schema.object([
        .required("type", .string(maxLength: 200).described("What kind of failure this is")),
        .required("title", .string(maxLength: 500)),
        .required("status", .integer(400...599)),
        .optional("detail", .string(maxLength: 2_000)),
        .required("instance", .string(maxLength: 200).described("The request, as the logs have it")),
        .optional(
            "errors",
            .array(
                .object([
                    .required("pointer", .string(maxLength: 500).described("A JSON Pointer into the request")),
                    .required("detail", .string(maxLength: 2_000)),
                ]), count: 1...50)),
    ])
}
