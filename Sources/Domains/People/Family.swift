package import FoundationEssentials
package import Kernel

/// Nothing is open to a contact any more that was, from the commit on.
package struct ContactClosed: Sendable {
    package let resident: Identifier<Person>
    package let contact: Identifier<Contact>
    /// Who they are here, if they have come by their invitation.
    package let person: Identifier<Person>?
    package let principal: Principal
}

/// The link of somebody who is invited and has not come yet.
package struct OpenInvitation: Sendable {
    package let expiresAt: Date
    package let isExpired: Bool

    package init(expiresAt: Date, isExpired: Bool) {
        self.expiresAt = expiresAt
        self.isExpired = isExpired
    }
}

extension ContactRestriction.Kind {
    /// Whether somebody so restricted may write with the home at all.
    ///
    /// What is said in a conversation about a resident tells about the resident, so whoever must be told nothing is in
    /// none.
    package var closesMessages: Bool {
        switch self {
        case .noContact, .noInformation: true
        case .noVisits, .supervised: false
        }
    }
}

extension Contact {
    /// What they are here once they come; `nil` for those who come with their profession, whom their office sends.
    ///
    /// An authority counts once somebody has seen the papers.
    package var role: Role? {
        if self.authorityVerifiedOn != nil {
            switch self.authority {
            case .attorneyHW: return .attorneyHW
            case .attorneyPF, .enduringPF: return .attorneyPF
            case .deputyHW: return .deputyHW
            case .deputyPF: return .deputyPF
            case .imca, .rpr: return nil
            case .nothing, .appointee: break
            }
        }
        switch self.relationship {
        case .spouse, .partner, .parent, .child, .sibling, .grandchild, .otherFamily: return .relative
        case .friend, .neighbour, .other: return .friend
        case .advocate, .solicitor, .socialWorker, .gp: return nil
        }
    }

    package var mayWrite: Bool { !self.restrictions.contains { $0.kind.closesMessages } }
}
