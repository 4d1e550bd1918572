import HTTPTypes
import Kernel
package import Web

/// What a program sends to sign in.
package struct Credentials: Described {
    package let username: String
    package let password: String

    package static let schema = Schema.object([
        .required(
            "username",
            .text(maxLength: 254).described("A username or an e-mail address").example("precious.adeyemi")),
        .required("password", .string(minLength: 1, maxLength: 1_024).example("three words apart")),
    ])
}

/// `/api/v1/accounts`.
package struct AccountsRoutes: Sendable {
    let accounts: AccountsService

    package init(_ accounts: AccountsService) { self.accounts = accounts }

    package func register(on api: inout APIRoutes) {
        api.add(self.signIn, in: "accounts")
        api.add(self.signOut, in: "accounts")
        api.add(self.me, in: "accounts")
        api.add(self.homes, in: "accounts")
        self.registerStaff(on: &api)
        self.registerInvitations(on: &api)
        self.registerContacts(on: &api)
        self.registerSignIns(on: &api)
        self.registerPresence(on: &api)
        self.registerHomes(on: &api)
        self.registerPasswords(on: &api)
        self.registerFactors(on: &api)
        self.registerTokens(on: &api)
        self.registerTablets(on: &api)
    }

    var signIn: Endpoint<Credentials, SignInAnswer> {
        Endpoint(
            .post, "sign-in", "Sign in", open: .anyone, errors: [.unauthenticated, .rateLimited, .unavailable],
            counted: .signIn,
            details: """
                Sets the cookie `__Host-wcc`, which every other request then carries. It ends after 15 minutes in \
                which nothing is asked for, and after 12 hours in any case. Ten tries for a name are let through at \
                once, and then one a minute; an answer never tells whether there is such a name.

                Whoever has a second factor is told so by `awaits`: `code`. Until then the cookie opens nothing but \
                `sign-in/code`. `factor` says that one has to be set up, at `second-factor`, before anything else.
                """
        ) { call in
            let signIn = try await self.accounts.signIn(
                SignInAttempt(
                    name: call.input.username, password: Password(call.input.password),
                    network: AddressPrefix(call.client.address), agent: call.client.agent,
                    device: call.client.device, tablet: call.client.tablet, replacing: call.visitor?.principal))
            return .init(try await self.accounts.answer(to: signIn), cookies: signIn.cookies)
        }
    }

    var signOut: Endpoint<Nothing, Nothing> {
        Endpoint(.post, "sign-out", "Sign out", needs: SignOut.self, status: .noContent, isBeforeFactor: true) { call in
            try await self.accounts.signOut(call.principal, once: call.once)
            return .init(Nothing(), cookies: [.signedOut])
        }
    }

    var me: Endpoint<Nothing, WhoAmI> {
        Endpoint(.get, "me", "See who you are signed in as", needs: ReadOwnAccount.self) { call in
            .init(try await self.accounts.whoAmI(call.visitor))
        }
    }

    var homes: Endpoint<Nothing, Page<HomeRecord>> {
        Endpoint(
            .get, "homes", "List the organisation’s homes and their units", needs: ListHomes.self,
            details: "All of them, on one page."
        ) { call in
            .init(Page(items: try await self.accounts.homes(for: call.principal), next: nil))
        }
    }
}
