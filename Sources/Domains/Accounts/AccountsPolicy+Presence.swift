package import Kernel

package enum ReadPresenceChoice: Permission {
    package typealias Object = Account
    package static let name = "accounts.read_presence_choice"
    package static let summary = "See whether colleagues are shown that you are here"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.staff, [.own], while: ["active"])]
}

/// One's own to decide, and nobody else's: it is no register of who works.
package enum ChoosePresence: Permission {
    package typealias Object = Account
    package static let name = "accounts.choose_presence"
    package static let summary = "Choose whether colleagues are shown that you are here"
    package static let kind = ActKind.update
    package static let rules = [Rule(Role.staff, [.own], while: ["active"])]
}
