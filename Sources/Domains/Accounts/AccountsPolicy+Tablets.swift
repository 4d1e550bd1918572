package import Kernel

/// A tablet that several people share.
package enum Tablet {}
/// What somebody had typed when their sign-in was over.
package enum KeptForm {}

/// Who lets a device be shared: those who lead the home, and those who look after the installation.
private let stewards: Set<Role> = [
    .nominatedIndividual, .providerDirector, .itAdmin, .registeredManager, .deputyManager,
]

package enum ListTablets: Permission {
    package typealias Object = Organisation
    package static let name = "accounts.list_tablets"
    package static let summary = "See the shared tablets of your homes, and when each was last used"
    package static let kind = ActKind.read
    package static let rules = [Rule(stewards, [.member], while: ["open"])]
}

package enum EnrolTablet: Permission {
    package typealias Object = Home
    package static let name = "accounts.enrol_tablet"
    package static let summary = "Make the device in your hands a shared tablet of a home"
    package static let kind = ActKind.config
    package static let security: SecurityKind? = .tabletEnrolled
    package static let rules = [Rule(stewards, [.place], while: ["open"])]
    package static let asksForCode = true
}

/// Whoever finds a tablet gone ends it at once, without a code: it only takes away.
package enum EndTablet: Permission {
    package typealias Object = Home
    package static let name = "accounts.end_tablet"
    package static let summary = "End a shared tablet, and every sign-in on it"
    package static let kind = ActKind.config
    package static let security: SecurityKind? = .tabletEnded
    package static let rules = [Rule(stewards, [.place], while: ["open"])]
}

/// A PIN lets its owner back in, so nobody sets one who only found the tablet open.
package enum SetTabletPin: Permission {
    package typealias Object = Account
    package static let name = "accounts.set_tablet_pin"
    package static let summary = "Choose your PIN for a shared tablet"
    package static let kind = ActKind.update
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["active"])]
    package static let asksForCode = true
}

package enum LockTablet: Permission {
    package typealias Object = SignIn
    package static let name = "accounts.lock_tablet"
    package static let summary = "Lock a shared tablet, or put it down for somebody else"
    package static let kind = ActKind.logout
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["live"])]
}

package enum ReadKeptForm: Permission {
    package typealias Object = KeptForm
    package static let name = "accounts.read_kept_form"
    package static let summary = "Come back to what you had written when your sign-in was over"
    package static let kind = ActKind.read
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["kept"])]
}

package enum DropKeptForm: Permission {
    package typealias Object = KeptForm
    package typealias Sight = ReadKeptForm
    package static let name = "accounts.drop_kept_form"
    package static let summary = "Throw away what you had written when your sign-in was over"
    package static let kind = ActKind.destroy
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["kept"])]
}

// MARK: What nobody decides

/// Says who used which device from when on, whichever way they came.
package enum UseTablet: Act {
    package static let name = "accounts.use_tablet"
    package static let summary = "Begin to use a shared tablet, with the password or with the PIN"
    package static let kind = ActKind.login
}

package enum FailTabletPin: Act {
    package static let name = "accounts.fail_tablet_pin"
    package static let summary = "Enter a wrong PIN, or a wrong password in its place, on a shared tablet"
    package static let kind = ActKind.loginFail
    package static let security: SecurityKind? = .pinFailed
}

package enum KeepForm: Act {
    package static let name = "accounts.keep_form"
    package static let summary = "Have what was typed kept, because the sign-in was over"
    package static let kind = ActKind.create
}

package enum EndSignInsAtServer: Act {
    package static let name = "accounts.end_sign_ins_at_server"
    package static let summary = "End sign-ins by a command on the server"
    package static let kind = ActKind.config
    package static let security: SecurityKind? = .signInsEnded
}
