package import HTTPTypes

/// Every route there is, for the tests that ask whether each was thought of.
package struct RouteTable: Sendable {
    package struct Row: Sendable, Hashable, CustomStringConvertible {
        package let method: HTTPRequest.Method
        /// With parameters in braces: `/messages/{conversation}`.
        package let path: String
        /// The name of the permission without which it does nothing.
        package let permission: String?
        package let isPage: Bool
        package let isIdempotent: Bool
        /// Whether it answers people who are not signed in.
        package let isOpen: Bool
        /// What it is counted as, against those who ask for too much.
        package let counted: RouteClass
        /// How many bytes it reads, where that may be more than of any request.
        var maxBody = 0

        package var description: String { "\(self.method) \(self.path)" }
    }

    package let rows: [Row]

    /// Refuses routes that somebody could change something by without a policy, or twice by accident.
    ///
    /// - Parameter open: The unsafe routes that are meant to be for anyone.
    /// - Throws: ``RouteFault`` for the first of them.
    func check(allowing open: Set<String>) throws(RouteFault) {
        var seen: Set<String> = []
        for row in self.rows {
            guard seen.insert(row.description).inserted else { throw RouteFault(row, "is declared twice") }
            guard row.method.isUnsafe else { continue }
            if row.isOpen {
                guard open.contains(row.description) else {
                    throw RouteFault(row, "is open to anyone, and not on the list of those that may be")
                }
                continue
            }
            if row.permission == nil { throw RouteFault(row, "changes something and asks for no permission") }
            if !row.isIdempotent { throw RouteFault(row, "changes something and takes no idempotency key") }
        }
    }

    /// The methods that a path takes; none if there is no such path.
    func methods(at path: String) -> Set<HTTPRequest.Method> {
        let parts = path.split(separator: "/")
        let methods = Set(self.rows.filter { Self.matches($0.path, parts) }.map(\.method))
        return methods.contains(.get) ? methods.union([.head]) : methods
    }

    /// The most that a request to this address may carry, as far as its route decides that.
    func maxBody(_ method: HTTPRequest.Method, _ path: Substring) -> Int {
        let parts = path.split(separator: "/")
        return self.rows.first { $0.method == method && Self.matches($0.path, parts) }?.maxBody ?? 0
    }

    private static func matches(_ template: String, _ parts: [Substring]) -> Bool {
        let wanted = template.split(separator: "/")
        return wanted.count == parts.count
            && zip(wanted, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}

/// Why the routes cannot be served.
package struct RouteFault: Error, CustomStringConvertible {
    package let description: String

    init(_ row: RouteTable.Row, _ reason: String) { self.description = "The route \(row) \(reason)." }
}
