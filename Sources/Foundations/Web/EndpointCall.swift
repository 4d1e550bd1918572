package import FoundationEssentials
import HTTPTypes
import Hummingbird
package import Kernel

/// One request to an ``Endpoint``; `Who` is a ``Visitor``, or an optional one where anyone may ask.
package struct EndpointCall<Input: Sendable, Who: Sendable>: Sendable {
    package let visitor: Who
    package let input: Input
    /// There for routes that are declared idempotent, if the client sent a key.
    package let once: Once?
    /// The version that the client has seen, from `If-Match`.
    package let version: Int?
    package let now: Date
    package let client: Client
    /// What the request shows of a sign-in, for routes that complete one.
    package let signInSecret: Secret?
    let parameters: Parameters
    let values: Query
    let headers: DeclaredHeaders

    /// An id in the path; one that is no UUID names nothing.
    package func identifier<Subject>(
        _ name: String, of _: Subject.Type = Subject.self
    ) throws -> Identifier<Subject> {
        try self.parameters.identifier(name)
    }

    /// A parameter of the address, as its schema has it; `nil` if it was left out or empty.
    package func query(_ name: String) -> String? { self.values[name] }

    /// A declared header, as its schema has it; `nil` if it was left out.
    package func header(_ name: String) -> String? { self.headers[name] }
}

extension EndpointCall where Who == Visitor {
    package var principal: Principal { self.visitor.principal }
}

extension Parameters {
    func identifier<Subject>(_ name: String) throws(Problem) -> Identifier<Subject> {
        guard let text = self.get(name), let id = Identifier<Subject>(text) else { throw .nothingHere }
        return id
    }
}
