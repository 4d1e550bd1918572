package import FoundationEssentials
package import Kernel
package import People
package import Web

/// Something that was said to everybody in a unit, a home or the organisation at once.
package struct Announcement: Described, Equatable {
    package let id: Identifier<Announcement>
    package let title: String
    package let body: String
    /// Whom it is for; without a home everybody in the organisation.
    package let homeId: Identifier<Home>?
    package let unitId: Identifier<Kernel.Unit>?
    /// Only those of these roles; empty for everybody there.
    package let roles: [Role]
    package let asksConfirmation: Bool
    package let author: PersonSummary
    package let announcedAt: Date
    /// When it stops being shown beside what is new; it can be read afterwards.
    package let shownUntil: Date?
    package let remindedAt: Date?
    package let withdrawn: Withdrawal?
    /// What the reader has done with it, if it was for them.
    package let receipt: OwnReceipt?
    /// For those who may see who has read it.
    package let progress: Progress?

    package struct Withdrawal: Described, Equatable {
        package let at: Date
        package let reason: String

        package static let schema = Schema.object([
            .required("at", .time), .required("reason", .string(maxLength: 500)),
        ])
    }

    package struct OwnReceipt: Described, Equatable {
        package let toldAt: Date
        package let seenAt: Date?
        package let confirmedAt: Date?

        package static let schema = Schema.object([
            .required("told_at", .time), .optional("seen_at", .time), .optional("confirmed_at", .time),
        ])
    }

    /// How far the telling and the reading are.
    package struct Progress: Described, Equatable {
        /// How many it was for when it was accepted.
        package let people: Int
        package let told: Int
        package let seen: Int
        package let confirmed: Int
        /// When the last of them was told; absent while that goes on, and when it was withdrawn meanwhile.
        package let toldAt: Date?

        package static let schema = Schema.object([
            .required("people", .integer), .required("told", .integer), .required("seen", .integer),
            .required("confirmed", .integer), .optional("told_at", .time),
        ])
    }

    package static let schema = Schema.object([
        .required("id", .identifier), .required("title", .string(maxLength: NewAnnouncement.longestTitle)),
        .required("body", .string(maxLength: 4_000)), .optional("home_id", .identifier),
        .optional("unit_id", .identifier), .required("roles", .array(.oneOf(Role.self))),
        .required("asks_confirmation", .boolean), .required("author", PersonSummary.schema),
        .required("announced_at", .time), .optional("shown_until", .time), .optional("reminded_at", .time),
        .optional("withdrawn", Withdrawal.schema), .optional("receipt", OwnReceipt.schema),
        .optional("progress", Progress.schema),
    ])

    package var place: Place { Place(home: self.homeId, unit: self.unitId) }

    /// Whether the reader is asked for something that they have not done.
    package var waitsForReader: Bool {
        self.asksConfirmation && self.withdrawn == nil && self.receipt.map { $0.confirmedAt == nil } ?? false
    }
}

/// Which announcements to list.
package enum AnnouncementFilter: String, Sendable, CaseIterable {
    /// Those that were for the reader.
    case mine
    /// Those that the reader answers for.
    case overseen
}

/// Which of those who were told to list.
package enum ReceiptFilter: String, Sendable, CaseIterable { case all, unseen, seen, unconfirmed, confirmed }

/// What became of an announcement with one person.
package struct ReceiptLine: Described, Equatable {
    package let person: PersonSummary
    package let toldAt: Date
    package let seenAt: Date?
    package let confirmedAt: Date?

    package static let schema = Schema.object([
        .required("person", PersonSummary.schema), .required("told_at", .time), .optional("seen_at", .time),
        .optional("confirmed_at", .time),
    ])
}

/// That somebody has read it.
package struct Confirmation: Described, Equatable {
    package let announcement: Identifier<Announcement>
    package let at: Date

    package static let schema = Schema.object([.required("announcement", .identifier), .required("at", .time)])
}

/// That those who have not confirmed are told again.
package struct Reminder: Described, Equatable {
    package let at: Date
    package let people: Int

    package static let schema = Schema.object([.required("at", .time), .required("people", .integer)])
}
