import Kernel

/// How somebody stands to a colleague, who stands in several places at once.
struct StaffStanding: Sendable {
    let person: Identifier<Person>
    let account: Identifier<Account>
    let relations: Set<Relation>
    /// As the account's row has it.
    let state: String
    /// Whether they are to choose a new password before anything else.
    var mustChangePassword = false
    let roles: [StaffRole]

    /// For acts about the account as it is.
    var itself: Standing<Person> { Standing(self.person, self.relations, at: nil, state: self.state) }

    /// For acts about one role, which lie where the role reaches.
    func about(_ role: Role, at place: Place) -> Standing<Person> {
        Standing(self.person, self.relations, at: place, state: role.rawValue)
    }

    /// For acts about the whole account: one standing for each of its roles.
    ///
    /// An account without any lies in no home, so it is for those whose reach is the organisation.
    var everywhere: [Standing<Person>] {
        if !self.roles.isEmpty { return self.roles.map { self.about($0.role, at: $0.place) } }
        return [Standing(self.person, self.relations, at: Place(home: nil), state: RoleTable.noRole)]
    }
}

extension Principal {
    /// Decides about somebody's whole account: whoever may not decide about each of its roles may not about any.
    func decide<Act: Permission>(
        _ act: Act.Type, everywhere staff: StaffStanding?
    ) throws(Problem) -> Decision<Act> where Act.Object == Person {
        guard let staff else { throw .nothingHere }
        var decided: Decision<Act>?
        for standing in staff.everywhere { decided = try self.decide(act, standing) }
        guard let decided else { throw .notAllowed }
        return decided
    }

    /// Whether ``decide(_:everywhere:)`` would allow it.
    func may<Act: Permission>(_ act: Act.Type, everywhere staff: StaffStanding) -> Bool where Act.Object == Person {
        staff.everywhere.allSatisfy { self.may(act, $0) }
    }

    /// Which roles somebody may give at a place.
    func roles(givenAt place: Place) -> Set<Role> {
        Set(
            Role.allCases.filter {
                self.may(
                    InviteColleague.self,
                    Standing(self.organisation, [.member], at: place, state: $0.rawValue))
            })
    }

    /// Whether there is anything at all that they may give.
    package var mayGiveRoles: Bool { !InviteColleague.lines(for: self).isEmpty }
}
