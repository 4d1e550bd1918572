package import Kernel
package import Postgres
package import Web

/// What the composition root needs to know about this module.
package enum AccountsModule {
    package static let migrations: [Migration] = [
        .accounts, .signIns, .roles, .rolesChecked, .invitations, .invitationsChecked, .invitationSecret,
        .placeVersions, .contactInvitations, .contactInvitationsChecked, .contactInvitationOpen,
        .gate, .gateChecked, .passwords, .passwordsChecked,
        .secondFactors, .forgottenResets,
        .signingKeys, .tokens, .tablets, .tabletsChecked, .tabletSignIns,
    ]

    /// How long somebody may look back at where they were signed in, and how long a link is known that is over.
    ///
    /// That there was one stays in the audit; where, and with which browser, is nobody's business for ever.
    package static let chores = [
        Housekeeping.Chore(keeping: .seconds(90 * 24 * 60 * 60)) { SignInStore().forget(before: $0, atMost: $1) },
        Housekeeping.Chore(keeping: .seconds(90 * 24 * 60 * 60)) {
            SignInStore().forgetPasswordResets(before: $0, atMost: $1)
        },
        Housekeeping.Chore(keeping: .seconds(12 * 60 * 60)) { TabletStore().forgetForms(before: $0, atMost: $1) },
    ]

    package static let permissions: [any Permission.Type] = [
        ReadOwnAccount.self, ListHomes.self, SignOut.self, ListStaffRoles.self, ReadStaffMember.self, GrantRole.self,
        ChangeRole.self, RevokeRole.self, CloseAccount.self, ReopenAccount.self, EndSignInsOf.self,
        InviteColleague.self, ListInvitations.self, RenewInvitation.self, WithdrawInvitation.self, ListSignIns.self,
        EndSignIn.self, EndOtherSignIns.self, ReadOrganisation.self, RenameOrganisation.self, AddHome.self,
        ChangeHome.self,
        ChangeUnits.self, ReadPresenceChoice.self, ChoosePresence.self,
        ChangePassword.self, RequirePasswordChange.self, ResetPassword.self,
        ReadFactor.self, SetUpFactor.self, ConfirmFactor.self, RenewRecoveryCodes.self, RemoveFactor.self, StepUp.self,
        RemoveFactorOf.self, ReadFactorPolicy.self, ChangeFactorPolicy.self,
        ListTablets.self, EnrolTablet.self, EndTablet.self, SetTabletPin.self, LockTablet.self, ReadKeptForm.self,
        DropKeptForm.self,
    ]

    /// The unsafe routes that are for anyone.
    package static let open: Set<String> = [
        "POST /sign-in", "POST /setup", "POST /api/v1/accounts/sign-in", "POST /invitation/{secret}",
        "POST /api/v1/accounts/invitation", "POST /reset/{secret}", "POST /api/v1/accounts/password-reset",
        "POST /sign-in/code", "POST /sign-in/stop",
        "POST /tablet/open", "POST /tablet/sign-out", "POST /api/v1/accounts/tablet/open",
        "POST /api/v1/accounts/sign-in/code", "POST /api/v1/accounts/sign-in/stop",
        "POST /api/v1/token", "POST /api/v1/token/refresh", "POST /api/v1/token/revoke",
    ]

    /// What happens without a decision, because nobody is signed in yet.
    package static let acts: [any Act.Type] = [
        BeginSignIn.self, FailSignIn.self, ReplaceSignIn.self, PrepareOrganisation.self, CreateAccount.self,
        MakeFirstAdministrator.self, AcceptInvitation.self, CloseContact.self, FailPasswordChange.self,
        FinishPasswordReset.self,
        ResetPasswordFromConsole.self, RequirePasswordChangeFromConsole.self, SuspendOrganisation.self,
        ResumeOrganisation.self,
        EnterCode.self, UseRecoveryCode.self, FailCode.self, RemoveFactorAtServer.self,
        IssueTokens.self, RefreshTokens.self, ReuseToken.self, RevokeTokens.self,
        UseTablet.self, FailTabletPin.self, KeepForm.self, EndSignInsAtServer.self,
    ]
}
