package import Kernel

/// Those who answer for accounts and data in the whole organisation.
private let administrators: Set<Role> = [
    .itAdmin, .dpo, .caldicottGuardian, .registeredManager, .nominatedIndividual, .providerDirector,
]

extension Role {
    /// Those whose sign-in from a new browser is worth a look.
    package static let administrative: Set<Role> = management.union([.admin, .itAdmin, .hr, .dpo])
}

package enum ReadSecurityLog: Permission {
    package typealias Object = Organisation
    package static let name = "audit.read_security"
    package static let summary = "Read the security log, and what in it needs a look"
    package static let kind = ActKind.read
    package static let rules = [Rule(administrators, [.place], while: ["open"])]
}

package enum ExportSecurityLog: Permission {
    package typealias Object = Organisation
    package static let name = "audit.export_security"
    package static let summary = "Take the security log away as a table"
    package static let kind = ActKind.export
    package static let rules = ReadSecurityLog.rules
    package static let asksForCode = true
}

package enum MarkAlertsSeen: Permission {
    package typealias Object = Organisation
    package static let name = "audit.mark_alerts_seen"
    package static let summary = "Say that one has seen what in the security log needs a look"
    package static let kind = ActKind.update
    package static let rules = ReadSecurityLog.rules
}
