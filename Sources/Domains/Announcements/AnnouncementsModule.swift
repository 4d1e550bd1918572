package import Kernel
package import Postgres

/// What the composition root needs to know about this module.
package enum AnnouncementsModule {
    package static let permissions: [any Permission.Type] = [
        ListAnnouncements.self, PrepareAnnouncement.self, PreviewAudience.self, Announce.self, ReadAnnouncement.self,
        ConfirmAnnouncement.self, ReadReceipts.self, ExportReceipts.self, RemindUnconfirmed.self,
        WithdrawAnnouncement.self,
    ]

    package static let migrations: [Migration] = [.announcements]
}
