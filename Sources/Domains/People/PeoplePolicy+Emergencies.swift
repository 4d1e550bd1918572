package import Kernel

/// To open a record without being asked to care for the resident takes a reason, a code, and a look afterwards.
///
/// The line is about the role alone. Whose record it may be follows from where the role reaches: a resident of the same
/// home, whom one could meet in its corridors.
package enum OpenInEmergency: Permission {
    package typealias Object = Organisation
    package static let name = "people.open_in_emergency"
    package static let summary = "Open the record of a resident of the same home in an emergency"
    package static let kind = ActKind.breakGlass
    package static let security: SecurityKind? = .emergencyOpened
    package static let rules = [Rule(EmergencyAccess.roles, [.member], while: ["open"])]
    package static let asksForCode = true
}

package enum ListEmergencies: Permission {
    package typealias Object = Organisation
    package static let name = "people.list_emergencies"
    package static let summary = "List records that were opened in an emergency"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.management.union([.dpo]), [.member], while: ["open"])]
}

/// Those in charge where the resident lives, and those who answer for data; never whoever opened it.
package enum ReadEmergency: Permission {
    package typealias Object = EmergencyAccess
    package static let name = "people.read_emergency"
    package static let summary = "See why a record was opened in an emergency"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.management.union([.dpo]), [.place], while: ["waiting", "reviewed"])]
}

package enum ReviewEmergency: Permission {
    package typealias Object = EmergencyAccess
    package typealias Sight = ReadEmergency
    package static let name = "people.review_emergency"
    package static let summary = "Say whether a record was rightly opened in an emergency"
    package static let kind = ActKind.update
    package static let rules = [Rule(Role.management, [.place], while: ["waiting"])]
}

/// Somebody looked for a resident to open in an emergency, and there was nobody of that name and room.
package enum MissInEmergency: Act {
    package static let name = "people.miss_in_emergency"
    package static let summary = "Try to open a record in an emergency, of a resident who was not found"
    package static let kind = ActKind.breakGlass
    package static let security: SecurityKind? = .emergencyMissed
}
