package import Kernel

/// Who is looking at pages, with what every page says about them.
///
/// Made by `Accounts` from a sign-in, in one round trip.
package struct Visitor: Sendable {
    package let principal: Principal
    package let name: String
    package let preferredName: String
    package let initials: String
    /// Their first role, as a person says it.
    package let roleTitle: String
    package let homes: [HomeSummary]
    /// Whether they work for somebody else, or are family; pages say so beside the name.
    package let isOutside: Bool
    /// Secret text of this sign-in, from which the tokens of its forms are made.
    package let formKey: Redacted<String>
    /// What they must do first, if anything.
    package let duty: Duty?
    /// Whether they must set up a second factor before they reach anything else.
    package let lacksFactor: Bool
    /// How long the sign-in lasts, for pages that say so in time.
    package let term: SignInTerm?
    /// Whether they show their password where others show a code: on a shared tablet, without a second factor.
    package let showsPassword: Bool

    package init(
        principal: Principal, name: String, preferredName: String, initials: String, roleTitle: String,
        homes: [HomeSummary], isOutside: Bool, formKey: String, duty: Duty? = nil, lacksFactor: Bool = false,
        term: SignInTerm? = nil, showsPassword: Bool = false
    ) {
        self.principal = principal
        self.name = name
        self.preferredName = preferredName
        self.initials = initials
        self.roleTitle = roleTitle
        self.homes = homes
        self.isOutside = isOutside
        self.formKey = Redacted(formKey)
        self.duty = duty
        self.lacksFactor = lacksFactor
        self.term = term
        self.showsPassword = showsPassword
    }
}

/// How long a sign-in lasts from now on, in seconds.
package struct SignInTerm: Sendable {
    /// After how much quiet it is over, or locked.
    package let idle: Int
    /// How much of that is left.
    package let left: Int
    /// How much is left however busy somebody is.
    package let mostLeft: Int
    /// Whether it is then only locked, because it is of a shared tablet.
    package let isOnTablet: Bool

    package init(idle: Int, left: Int, mostLeft: Int, isOnTablet: Bool) {
        self.idle = idle
        self.left = left
        self.mostLeft = mostLeft
        self.isOnTablet = isOnTablet
    }
}

/// A home, as the top of a page shows it.
package struct HomeSummary: Sendable, Hashable {
    package let id: Identifier<Home>
    package let name: String
    package let initials: String
    /// The name of one of the design's tints.
    package let tint: String
    package let timeZone: String
    package let units: [UnitSummary]
    /// Whether a role of the visitor's reaches it.
    package let isMine: Bool

    package init(
        id: Identifier<Home>, name: String, initials: String, tint: String, timeZone: String, units: [UnitSummary],
        isMine: Bool
    ) {
        self.id = id
        self.name = name
        self.initials = initials
        self.tint = tint
        self.timeZone = timeZone
        self.units = units
        self.isMine = isMine
    }
}

package struct UnitSummary: Sendable, Hashable {
    package let id: Identifier<Unit>
    package let name: String

    package init(id: Identifier<Unit>, name: String) {
        self.id = id
        self.name = name
    }
}
