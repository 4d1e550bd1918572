import HTTPTypes
package import Hummingbird
import Kernel
import NIOCore
package import Web

/// `/api/v1/token`: how programs sign in.
extension AccountsRoutes {
    func registerTokens(on api: inout APIRoutes) {
        api.add(self.issueTokens, in: "token")
        api.add(self.refreshTokens, in: "token")
        api.add(self.revokeTokens, in: "token")
    }

    var issueTokens: Endpoint<TokenRequest, IssuedTokens> {
        Endpoint(
            .post, "", "Sign in with a program", open: .anyone,
            errors: [.unauthenticated, .rateLimited, .unavailable], counted: .signIn,
            details: """
                    curl https://care.example/api/v1/token -H 'Content-Type: application/json' \\
                      -d '{"username":"precious.adeyemi","password":"three words apart"}'

                Whoever has a second factor sends its `code` as well; without it the answer is `step-up-required`. The \
                access token goes into each request, as `Authorization: Bearer …`, and lasts five minutes.
                """
        ) { call in
            .init(
                try await self.accounts.issueTokens(
                    SignInAttempt(
                        name: call.input.username, password: Password(call.input.password),
                        network: AddressPrefix(call.client.address), agent: call.client.agent), code: call.input.code))
        }
    }

    var refreshTokens: Endpoint<ShownRefreshToken, IssuedTokens> {
        Endpoint(
            .post, "refresh", "Exchange the refresh token for the next pair", open: .anyone,
            errors: [.unauthenticated],
            details: """
                    curl https://care.example/api/v1/token/refresh -H 'Content-Type: application/json' \\
                      -d '{"refresh_token":"…"}'

                A refresh token works once, for an hour at most, and the sign-in for twelve. If the answer was lost, \
                the same token is answered the same within ten seconds, unless the new access token was shown by then; \
                for those who give roles, not at all. Whoever comes with it later ends the sign-in, because somebody \
                has a copy.
                """
        ) { call in
            .init(try await self.accounts.refreshTokens(call.input.refreshToken, agent: call.client.agent))
        }
    }

    var revokeTokens: Endpoint<ShownRefreshToken, Nothing> {
        Endpoint(
            .post, "revoke", "Sign a program out", open: .anyone, status: .noContent, errors: [.unauthenticated],
            details: """
                    curl https://care.example/api/v1/token/revoke -H 'Content-Type: application/json' \\
                      -d '{"refresh_token":"…"}'

                The access token opens nothing any more either, from the next request on.
                """
        ) { call in
            try await self.accounts.revokeTokens(call.input.refreshToken)
            return .init(Nothing())
        }
    }
}

/// `/.well-known/jwks.json`: the keys that access tokens are signed with, the same for everybody.
package struct PublicKeyRoutes: Sendable {
    let accounts: AccountsService

    package init(_ accounts: AccountsService) { self.accounts = accounts }

    package func register(on router: Router<SiteContext>) {
        router.get(".well-known/jwks.json") { _, _ in
            let keys = try await self.accounts.publicKeys()
            let seconds = AccountsService.publicKeysLifetime.components.seconds
            return Response(
                status: .ok,
                headers: [.contentType: "application/jwk-set+json", .cacheControl: "public, max-age=\(seconds)"],
                body: .init(byteBuffer: ByteBuffer(bytes: keys)))
        }
    }
}
