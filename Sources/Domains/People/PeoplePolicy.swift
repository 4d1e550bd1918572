package import Kernel

/// Who may see whom: role × relationship × state.
///
/// Care and management see the residents of the homes and units their role is for, and whoever cares for a resident by
/// name sees that resident. House staff see no resident's record.
package enum ReadResident: Permission {
    package typealias Object = Person
    package static let name = "people.read_resident"
    package static let summary = "See a resident’s page"
    package static let kind = ActKind.read
    package static let rules = [
        Rule(Role.management.union(Role.care), [.place, .careTeam], while: Resident.Status.all),
        Rule(Role.professionals, [.careTeam], while: ["current", "hospital", "respite"]),
        Rule([.resident], [.own], while: Resident.Status.all),
    ]
}

/// The list shows exactly the residents that ``ReadResident`` allows.
package enum ListResidents: Permission {
    package typealias Object = Organisation
    package static let name = "people.list_residents"
    package static let summary = "List residents"
    package static let kind = ActKind.read
    package static let rules = [
        Rule(Role.management.union(Role.care).union(Role.professionals), [.member], while: ["open"])
    ]
}

/// Everybody on the staff may know who their colleagues are, or nobody could be written to.
package enum ListStaff: Permission {
    package typealias Object = Organisation
    package static let name = "people.list_staff"
    package static let summary = "See who works here"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.staff, [.member], while: ["open"])]
}

extension Principal {
    /// How everybody stands to the organisation they are signed in to.
    package var membership: Standing<Organisation> {
        Standing(self.organisation, [.member], at: Place(home: nil), state: "open")
    }
}
