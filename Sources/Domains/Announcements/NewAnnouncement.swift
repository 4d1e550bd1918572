package import FoundationEssentials
package import Kernel
package import Web

/// Something to announce.
package struct NewAnnouncement: Described {
    static let longestTitle = 150
    static let longestBody = 4_000
    static let longestReason = 500

    package var title: String
    package var body: String
    /// Without a home: everybody in the organisation.
    package var homeId: Identifier<Home>?
    package var unitId: Identifier<Kernel.Unit>?
    /// Only those of these roles; none or left out for everybody there.
    package var roles: [Role]?
    package var asksConfirmation: Bool
    package var shownUntil: Date?

    package init(
        title: String, body: String, at place: Place, roles: [Role]? = nil, asksConfirmation: Bool = false,
        shownUntil: Date? = nil
    ) {
        self.title = title
        self.body = body
        self.homeId = place.home
        self.unitId = place.unit
        self.roles = roles
        self.asksConfirmation = asksConfirmation
        self.shownUntil = shownUntil
    }

    package static let schema = Schema.object([
        .required("title", .text(maxLength: Self.longestTitle)), .required("body", .text(maxLength: Self.longestBody)),
        .optional("home_id", .identifier.described("Without it everybody in the organisation")),
        .optional("unit_id", .identifier.described("A unit of that home")),
        .optional("roles", AudienceQuestion.roles), .required("asks_confirmation", .boolean),
        .optional("shown_until", .time),
    ])

    var audience: AudienceQuestion { AudienceQuestion(at: self.place, roles: self.roles) }
    package var place: Place { Place(home: self.homeId, unit: self.unitId) }

    /// Without the space around it, and without what a database cannot hold.
    func validated(at now: Date) throws(AnnouncementsError) -> NewAnnouncement {
        var new = self
        var found: [Problem.Violation] = []
        new.title = self.title.cleaned
        new.body = self.body.cleaned
        new.roles = self.roles.map { Set($0).sorted { $0.rawValue < $1.rawValue } }
        if new.title.isEmpty || new.title.unicodeScalars.count > Self.longestTitle {
            found.append(.init("/title", "Write a title of \(Self.longestTitle) characters at most"))
        }
        if new.body.isEmpty { found.append(.init("/body", "Write what is announced")) }
        if new.body.unicodeScalars.count > Self.longestBody {
            found.append(.init("/body", "An announcement has 4,000 characters at most"))
        }
        if self.unitId != nil, self.homeId == nil { found.append(.init("/home_id", "Say which home the unit is in")) }
        if let until = self.shownUntil {
            if until <= now { found.append(.init("/shown_until", "Choose a day that is not over yet")) }
            if until.timeIntervalSince(now) > 367 * 86_400 {
                found.append(.init("/shown_until", "Choose a day within a year"))
            }
        }
        guard found.isEmpty else { throw .invalid(found) }
        return new
    }
}

/// Whom an announcement would be for.
package struct AudienceQuestion: Described {
    package var homeId: Identifier<Home>?
    package var unitId: Identifier<Kernel.Unit>?
    package var roles: [Role]?

    package init(at place: Place, roles: [Role]? = nil) {
        self.homeId = place.home
        self.unitId = place.unit
        self.roles = roles
    }

    static let roles = Schema.array(.oneOf(Role.staff.map(\.rawValue).sorted()), count: 0...40)
        .described("Only those of these roles; none for everybody there")

    package static let schema = Schema.object([
        .optional("home_id", .identifier), .optional("unit_id", .identifier), .optional("roles", Self.roles),
    ])

    var place: Place { Place(home: self.homeId, unit: self.unitId) }
    /// Families and professionals from outside are not announced to yet.
    var chosen: Set<Role> {
        let asked = Set(self.roles ?? [])
        return asked.isEmpty ? Role.staff : asked.intersection(Role.staff)
    }
}

/// How many people that is.
package struct AudienceSize: Described, Equatable {
    package let people: Int

    package static let schema = Schema.object([.required("people", .integer)])
}

/// Why an announcement does not count any more.
package struct WithdrawalReason: Described {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }

    package static let schema = Schema.object([
        .required("reason", .text(maxLength: NewAnnouncement.longestReason))
    ])

    func validated() throws(AnnouncementsError) -> WithdrawalReason {
        let reason = self.reason.cleaned
        guard !reason.isEmpty, reason.unicodeScalars.count <= NewAnnouncement.longestReason else {
            throw .invalid([.init("/reason", "Say why in \(NewAnnouncement.longestReason) characters at most")])
        }
        return WithdrawalReason(reason)
    }
}

extension String {
    /// Without the zero that PostgreSQL cannot keep, and without space around it.
    fileprivate var cleaned: String {
        let text = self.unicodeScalars.filter { $0 != "\0" }
        let body = text.drop { $0.properties.isWhitespace }.reversed().drop { $0.properties.isWhitespace }.reversed()
        return String(String.UnicodeScalarView(body))
    }
}
