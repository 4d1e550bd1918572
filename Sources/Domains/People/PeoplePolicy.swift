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
        Rule(EmergencyAccess.roles, [.emergency], while: Resident.Status.all),
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

/// Who may come to live here is decided by those who answer for a home.
package enum AdmitResident: Permission {
    package typealias Object = Organisation
    package static let name = "people.admit_resident"
    package static let summary = "Add a resident"
    package static let kind = ActKind.create
    package static let rules = [Rule(Role.management, [.member], while: ["open"])]
}

/// Where somebody may change residents is also where they may place one, new or moved.
package enum ChangeResident: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.change_resident"
    package static let summary = "Change a resident’s details"
    package static let kind = ActKind.update
    package static let rules = [Rule(Role.management, [.place], while: Resident.Status.all)]
}

/// The form shows more than the page does, so opening it is an act of its own.
package enum PrepareResidentChange: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.prepare_change"
    package static let summary = "Open the form for a resident’s details"
    package static let kind = ActKind.read
    package static let rules = ChangeResident.rules
}

package enum ReadResidentChanges: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.read_changes"
    package static let summary = "See who changed a resident’s details, and when"
    package static let kind = ActKind.read
    package static let rules = ChangeResident.rules
}

/// To be in a care team opens the resident's page and conversation, so those in charge decide who is.
package enum ChangeCareTeam: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.change_care_team"
    package static let summary = "Bring somebody into a resident’s care team, or take somebody out of it"
    package static let kind = ActKind.share
    package static let rules = [Rule(Role.management, [.place], while: Resident.Status.all)]
}

/// Whoever sees a resident's page sees how to talk with them.
package enum ReadNeeds: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.read_needs"
    package static let summary = "See what a resident needs so that they can communicate"
    package static let kind = ActKind.read
    package static let rules = ReadResident.rules
}

/// Whoever gives the care hears what somebody needs, and must not have to ask for it to be written down.
package enum ChangeNeeds: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.change_needs"
    package static let summary = "Write down, review or end what a resident needs so that they can communicate"
    package static let kind = ActKind.update
    package static let rules = [
        Rule(
            Role.management.union(Role.care), [.place, .careTeam], while: ["current", "hospital", "respite"])
    ]
}

/// Relatives' numbers and quarrels are for those who deal with them: not for professionals from outside, nor for the
/// resident's own page.
package enum ReadContacts: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.read_contacts"
    package static let summary = "See the people in a resident’s life, and what was restricted"
    package static let kind = ActKind.read
    package static let rules = [
        Rule(Role.management.union(Role.care), [.place, .careTeam], while: Resident.Status.all),
        // Whom to ring, and whom not to let in.
        Rule(EmergencyAccess.roles, [.emergency], while: Resident.Status.all),
    ]
}

package enum ChangeContacts: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.change_contacts"
    package static let summary = "Add, change or end a resident’s contact"
    package static let kind = ActKind.update
    package static let rules = [
        Rule(Role.management.union([.registeredNurse, .seniorCarer]), [.place], while: Resident.Status.all)
    ]
}

/// Whoever restricts a contact answers for it: those in charge of the home, and nobody else.
package enum RestrictContact: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.restrict_contact"
    package static let summary = "Restrict a resident’s contact, or end a restriction"
    package static let kind = ActKind.update
    package static let rules = [Rule(Role.management, [.place], while: Resident.Status.all)]
}

/// Whoever lets the family in answers for it, as for what is restricted; and only for somebody who lives here.
package enum InviteContact: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.invite_contact"
    package static let summary = "Invite a resident’s contact to write with the home"
    package static let kind = ActKind.share
    package static let rules = [Rule(Role.management, [.place], while: ["current", "hospital", "respite"])]
    package static let asksForCode = true
}

/// Whoever may invite a contact may give them their sign-in back.
package enum ResetContactPassword: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.reset_contact_password"
    package static let summary = "Make a link with which a resident’s contact chooses a new password"
    package static let kind = ActKind.share
    package static let rules = InviteContact.rules
}

package enum WithdrawContactInvitation: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.withdraw_contact_invitation"
    package static let summary = "Withdraw the invitation of a resident’s contact"
    package static let kind = ActKind.update
    package static let rules = [Rule(Role.management, [.place], while: Resident.Status.all)]
}

/// To look at a list tells who is here already, so it is for those who may bring one in.
package enum CheckImport: Permission {
    package typealias Object = Organisation
    package static let name = "people.check_import"
    package static let summary = "See what a list of residents would bring in"
    package static let kind = ActKind.read
    package static let rules = AdmitResident.rules
}

package enum ImportResidents: Permission {
    package typealias Object = Organisation
    package static let name = "people.import_residents"
    package static let summary = "Bring in residents from a list"
    package static let kind = ActKind.create
    package static let rules = AdmitResident.rules
}
