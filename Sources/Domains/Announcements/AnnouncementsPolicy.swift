package import Kernel

/// Who may do what with announcements: role × relationship × state.
///
/// Whom it was announced to are its members, whoever wrote it owns it, and it lies in the place that it is for. Those
/// who manage that place see what was announced there and who has read it, whoever wrote it.
package enum ListAnnouncements: Permission {
    package typealias Object = Organisation
    package static let name = "announcements.list"
    package static let summary = "List the announcements that are for oneself, or that one answers for"
    package static let kind = ActKind.read
    package static let rules = [Rule(Set(Role.allCases), [.member], while: ["open"])]
}

/// The form; where it may be announced is decided when it is.
package enum PrepareAnnouncement: Permission {
    package typealias Object = Organisation
    package static let name = "announcements.prepare"
    package static let summary = "Open the form for an announcement"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.management, [.member], while: ["open"])]
}

/// To everybody in a unit, a home or the organisation: whoever manages that much.
package enum Announce: Permission {
    package typealias Object = Organisation
    package static let name = "announcements.announce"
    package static let summary = "Announce something to a unit, a home or the organisation"
    package static let kind = ActKind.create
    package static let rules = [Rule(Role.management, [.place], while: ["open"])]
}

/// How many people work somewhere is told to nobody who may not write to them.
package enum PreviewAudience: Permission {
    package typealias Object = Organisation
    package static let name = "announcements.preview"
    package static let summary = "See how many people an announcement would reach"
    package static let kind = ActKind.read
    package static let rules = Announce.rules
}

/// Whoever was told may always read it, also when it was withdrawn: they may have acted on it.
package enum ReadAnnouncement: Permission {
    package typealias Object = Announcement
    package static let name = "announcements.read"
    package static let summary = "Read an announcement"
    package static let kind = ActKind.read
    package static let rules = [
        Rule(Set(Role.allCases), [.member, .own], while: ["current", "withdrawn"]),
        Rule(Role.management, [.place], while: ["current", "withdrawn"]),
    ]
}

package enum ConfirmAnnouncement: Permission {
    package typealias Object = Announcement
    package typealias Sight = ReadAnnouncement
    package static let name = "announcements.confirm"
    package static let summary = "Confirm that one has read an announcement"
    package static let kind = ActKind.update
    package static let rules = [Rule(Set(Role.allCases), [.member], while: ["current", "withdrawn"])]
}

/// Who has read something and who has not is for those who answer for the place, and not for colleagues.
package enum ReadReceipts: Permission {
    package typealias Object = Announcement
    package typealias Sight = ReadAnnouncement
    package static let name = "announcements.read_receipts"
    package static let summary = "See who has been told, has seen and has confirmed an announcement"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.management, [.own, .place], while: ["current", "withdrawn"])]
}

package enum ExportReceipts: Permission {
    package typealias Object = Announcement
    package typealias Sight = ReadAnnouncement
    package static let name = "announcements.export_receipts"
    package static let summary = "Take away the list of who has read an announcement"
    package static let kind = ActKind.export
    package static let rules = ReadReceipts.rules
}

package enum RemindUnconfirmed: Permission {
    package typealias Object = Announcement
    package typealias Sight = ReadAnnouncement
    package static let name = "announcements.remind"
    package static let summary = "Remind those who have not confirmed an announcement"
    package static let kind = ActKind.update
    package static let rules = ReadReceipts.rules
}

package enum WithdrawAnnouncement: Permission {
    package typealias Object = Announcement
    package typealias Sight = ReadAnnouncement
    package static let name = "announcements.withdraw"
    package static let summary = "Withdraw an announcement"
    package static let kind = ActKind.softDelete
    package static let rules = ReadReceipts.rules
}

extension Principal {
    /// How somebody stands to a place that they would announce something to.
    func standing(at place: Place) -> Standing<Organisation> {
        Standing(self.organisation, [.member], at: place, state: "open")
    }
}
