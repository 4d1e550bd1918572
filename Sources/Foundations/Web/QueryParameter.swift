import HTTPTypes
import Hummingbird
import Kernel

/// A parameter that an address may carry; one that is not declared is refused.
package struct QueryParameter: Sendable, ExpressibleByStringLiteral {
    package let name: String
    package let schema: Schema
    package let isRequired: Bool
    package let summary: String?

    package init(_ name: String, _ schema: Schema = .cursor, isRequired: Bool = false, _ summary: String? = nil) {
        self.name = name
        self.schema = schema
        self.isRequired = isRequired
        self.summary = summary
    }

    package init(stringLiteral name: String) { self.init(name) }
}

/// The parameters of one request's address, all of them declared and as their schemas have them.
struct Query: Sendable {
    private let values: [String: String]

    /// - Parameters:
    ///   - request: Whose address it is.
    ///   - declared: What it may carry.
    ///   - isForm: Whether a browser may have put together what a form's fields hold, the empty ones among them.
    /// - Throws: `badRequest` for anything that is not declared, given twice, or not as declared.
    init(_ request: Request, declared: [QueryParameter], isForm: Bool = false) throws(Problem) {
        let pairs = try URLEncoded.parse((request.uri.query ?? "").utf8)
        var values: [String: String] = [:]
        var found: [Problem.Violation] = []
        for pair in pairs {
            let place = "?\(pair.name.prefix(40))"
            guard let parameter = declared.first(where: { $0.name == pair.name }) else {
                found.append(.init(place, "There is no such parameter"))
                continue
            }
            guard values[pair.name] == nil else {
                found.append(.init(place, "This is given twice"))
                continue
            }
            if pair.value.isEmpty, isForm, !parameter.isRequired { continue }
            if let objection = parameter.schema.objection(toText: pair.value) {
                found.append(.init(place, objection))
            }
            values[pair.name] = pair.value
        }
        for parameter in declared where parameter.isRequired && values[parameter.name] == nil {
            found.append(.init("?\(parameter.name)", "This is required"))
        }
        guard found.isEmpty else {
            throw Problem(.badRequest, "The address could not be read", violations: Array(found.prefix(20)))
        }
        self.values = values
    }

    /// `nil` if it is not there, or left empty.
    subscript(_ name: String) -> String? { self.values[name].flatMap { $0.isEmpty ? nil : $0 } }
}

/// The headers of one request that its route declares, as their schemas have them.
struct DeclaredHeaders: Sendable {
    private let values: [String: String]
    /// The same for the same request: with other values it is another one.
    let canonical: String

    /// - Throws: `invalidRequest` for one that is missing, given twice, or not as declared.
    init(_ request: Request, declared: [QueryParameter]) throws(Problem) {
        var values: [String: String] = [:]
        var found: [Problem.Violation] = []
        for header in declared {
            let given = HTTPField.Name(header.name).map { request.headers[values: $0] } ?? []
            guard let value = given.first else {
                if header.isRequired { found.append(.init("/\(header.name)", "This header is required")) }
                continue
            }
            if given.count > 1 {
                found.append(.init("/\(header.name)", "This is given twice"))
            } else if let objection = header.schema.objection(toText: value) {
                found.append(.init("/\(header.name)", objection))
            }
            values[header.name] = value
        }
        guard found.isEmpty else {
            throw Problem(.invalidRequest, "Some of this cannot be accepted", violations: found)
        }
        self.values = values
        self.canonical = values.sorted { $0.key < $1.key }.map { " \($0.key): \($0.value)" }.joined()
    }

    subscript(_ name: String) -> String? { self.values[name] }
}
