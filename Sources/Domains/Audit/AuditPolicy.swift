package import Kernel

/// Those who answer for what is done with people's data.
private let auditors: Set<Role> = [
    .dpo, .caldicottGuardian, .registeredManager, .nominatedIndividual, .providerDirector,
]

/// For the whole organisation only: what was done cannot be said to be one home's, because an act may have no home.
package enum SearchAudit: Permission {
    package typealias Object = Organisation
    package static let name = "audit.search"
    package static let summary = "Search the audit: who did what, and who looked"
    package static let kind = ActKind.read
    package static let rules = [Rule(auditors, [.place], while: ["open"])]
}

package enum ExportAudit: Permission {
    package typealias Object = Organisation
    package static let name = "audit.export"
    package static let summary = "Take entries of the audit away as a table"
    package static let kind = ActKind.export
    package static let rules = SearchAudit.rules
    package static let asksForCode = true
}

/// Whose home a resident lives in is known, so those in charge of it may ask who has looked at the resident.
package enum ReadResidentAudit: Permission {
    package typealias Object = Person
    package static let name = "audit.read_resident"
    package static let summary = "See who has looked at a resident’s record, and what was done"
    package static let kind = ActKind.read
    package static let rules = [
        Rule(auditors, [.place], while: ["current", "hospital", "respite", "moved_out", "died"])
    ]
}
