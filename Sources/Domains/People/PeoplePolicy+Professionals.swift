package import Kernel

/// Who may do what with professionals from outside: as with residents' contacts, but they belong to no one home.
package enum ListProfessionals: Permission {
    package typealias Object = Organisation
    package static let name = "people.list_professionals"
    package static let summary = "List the professionals from outside"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.management.union(Role.care), [.member], while: ["open"])]
}

package enum AddProfessional: Permission {
    package typealias Object = Organisation
    package static let name = "people.add_professional"
    package static let summary = "Add a professional from outside"
    package static let kind = ActKind.create
    package static let rules = [
        Rule(Role.management.union([.registeredNurse, .seniorCarer]), [.member], while: ["open"])
    ]
}

package enum ReadProfessional: Permission {
    package typealias Object = Professional
    package static let name = "people.read_professional"
    package static let summary = "See a professional from outside, and what was changed about them"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.management.union(Role.care), [.member], while: ["current", "ended"])]
}

package enum ChangeProfessional: Permission {
    package typealias Object = Professional
    package typealias Sight = ReadProfessional
    package static let name = "people.change_professional"
    package static let summary = "Change a professional from outside, or end them"
    package static let kind = ActKind.update
    package static let rules = [
        Rule(Role.management.union([.registeredNurse, .seniorCarer]), [.member], while: ["current"])
    ]
}

package enum PrepareProfessionalChange: Permission {
    package typealias Object = Professional
    package typealias Sight = ReadProfessional
    package static let name = "people.prepare_professional"
    package static let summary = "Open the form for a professional’s details"
    package static let kind = ActKind.read
    package static let rules = ChangeProfessional.rules
}

/// Who looks after a resident from outside is for those who deal with them.
package enum ReadResidentProfessionals: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.read_resident_professionals"
    package static let summary = "See which professionals from outside are a resident’s"
    package static let kind = ActKind.read
    package static let rules = ReadContacts.rules
}

package enum LinkProfessional: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.link_professional"
    package static let summary = "Say that a professional from outside is a resident’s, or is not any more"
    package static let kind = ActKind.update
    package static let rules = ChangeContacts.rules
}
