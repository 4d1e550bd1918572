import HTTPTypes
import Kernel
package import Web

/// `/api/v1/operations/policy`.
package struct PolicyRoutes: Sendable {
    let policy: PolicyService

    package init(_ policy: PolicyService) { self.policy = policy }

    package func register(on api: inout APIRoutes) { api.add(self.table, in: "operations") }

    var table: Endpoint<Nothing, PolicyTable> {
        Endpoint(
            .get, "policy", "See who can do what", needs: ReadPolicy.self,
            query: [QueryParameter("role", .oneOf(Role.self), "Only what people of this role may do")],
            details: """
                Role × relationship × state, as it is compiled in: what no line allows is refused. The same table makes \
                the decisions, the lists and the tests.
                """
        ) { call in
            .init(
                try await self.policy.table(
                    about: call.query("role").flatMap { Role(rawValue: $0) }, for: call.principal))
        }
    }
}
