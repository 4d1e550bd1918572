package import Kernel

/// Who arranges the organisation: its name, its homes and their units.
///
/// Homes are opened by those who answer for the provider and those who look after the installation; how a home is called
/// and divided is for those who lead it, too.
private let organisers: Set<Role> = [.nominatedIndividual, .providerDirector, .itAdmin]
private let leaders = organisers.union([.registeredManager, .deputyManager])

/// The names of homes are no secret of theirs: whoever works here hears them.
package enum ReadOrganisation: Permission {
    package typealias Object = Organisation
    package static let name = "accounts.read_organisation"
    package static let summary = "See how the organisation is divided"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.staff, [.member], while: ["open"])]
}

package enum RenameOrganisation: Permission {
    package typealias Object = Organisation
    package static let name = "accounts.rename_organisation"
    package static let summary = "Give the organisation another name"
    package static let kind = ActKind.config
    package static let rules = [Rule(organisers, [.place], while: ["open"])]
}

package enum AddHome: Permission {
    package typealias Object = Organisation
    package static let name = "accounts.add_home"
    package static let summary = "Add a home"
    package static let kind = ActKind.config
    package static let rules = [Rule(organisers, [.place], while: ["open"])]
}

package enum ChangeHome: Permission {
    package typealias Object = Home
    package static let name = "accounts.change_home"
    package static let summary = "Change a home’s details"
    package static let kind = ActKind.config
    package static let rules = [Rule(leaders, [.place], while: ["open"])]
}

package enum ChangeUnits: Permission {
    package typealias Object = Home
    package static let name = "accounts.change_units"
    package static let summary = "Add or change a home’s units"
    package static let kind = ActKind.config
    package static let rules = [Rule(leaders, [.place], while: ["open"])]
}

extension Principal {
    /// How everybody stands to one of the organisation's homes.
    func standing(to home: Identifier<Home>) -> Standing<Home> {
        Standing(home, [.member], at: Place(home: home), state: "open")
    }

    /// Whether there is any home that they may change.
    var mayArrange: Bool { !ChangeHome.lines(for: self).isEmpty }
}
