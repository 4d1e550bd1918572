package import Kernel
package import Postgres

/// What the composition root needs to know about this module.
package enum AccountsModule {
    package static let migrations: [Migration] = [.accounts, .signIns]

    package static let permissions: [any Permission.Type] = [
        ReadOwnAccount.self, ListHomes.self, SignOut.self,
    ]

    /// The unsafe routes that are for anyone.
    package static let open: Set<String> = ["POST /sign-in", "POST /setup", "POST /api/v1/accounts/sign-in"]

    /// What happens without a decision, because nobody is signed in yet.
    package static let acts: [any Act.Type] = [
        BeginSignIn.self, FailSignIn.self, ReplaceSignIn.self, PrepareOrganisation.self, CreateAccount.self,
        MakeFirstAdministrator.self,
    ]
}
