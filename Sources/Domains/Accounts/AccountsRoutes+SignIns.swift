import HTTPTypes
import Kernel
import Web

/// Where somebody is signed in.
extension AccountsRoutes {
    func registerSignIns(on api: inout APIRoutes) {
        api.add(self.signIns, in: "accounts")
        api.add(self.endSignIn, in: "accounts")
        api.add(self.endOtherSignIns, in: "accounts")
    }

    var signIns: Endpoint<Nothing, Page<SignInRecord>> {
        Endpoint(
            .get, "sign-ins", "See where you are signed in", needs: ListSignIns.self,
            details: "All of them, on one page."
        ) { call in
            .init(Page(items: try await self.accounts.signIns(for: call.principal), next: nil))
        }
    }

    var endSignIn: Endpoint<Nothing, Nothing> {
        Endpoint(
            .post, "sign-ins/{sign_in}/end", "End one of your sign-ins", needs: EndSignIn.self, status: .noContent,
            errors: [.notFound]
        ) { call in
            try await self.accounts.end(call.identifier("sign_in"), by: call.principal, once: call.once)
            return .init(Nothing())
        }
    }

    var endOtherSignIns: Endpoint<Nothing, Nothing> {
        Endpoint(
            .post, "sign-ins/end-others", "End all of your sign-ins but this one", needs: EndOtherSignIns.self,
            status: .noContent
        ) { call in
            try await self.accounts.endOtherSignIns(by: call.principal, once: call.once)
            return .init(Nothing())
        }
    }
}
