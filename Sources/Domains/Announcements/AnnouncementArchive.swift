package import FoundationEssentials
package import Kernel

/// An announcement as it was made and read, to be brought in whole.
package struct AnnouncementArchive: Sendable {
    package struct Receipt: Sendable {
        package let person: Identifier<Person>
        package let seenAt: Date?
        package let confirmedAt: Date?

        package init(person: Identifier<Person>, seenAt: Date?, confirmedAt: Date?) {
            self.person = person
            self.seenAt = seenAt
            self.confirmedAt = confirmedAt
        }
    }

    package let id: Identifier<Announcement>
    package let author: Identifier<Person>
    package let place: Place
    package let title: String
    package let body: String
    package let asksConfirmation: Bool
    package let announcedAt: Date
    package let receipts: [Receipt]

    package init(
        id: Identifier<Announcement>, author: Identifier<Person>, place: Place, title: String, body: String,
        asksConfirmation: Bool, announcedAt: Date, receipts: [Receipt]
    ) {
        self.id = id
        self.author = author
        self.place = place
        self.title = title
        self.body = body
        self.asksConfirmation = asksConfirmation
        self.announcedAt = announcedAt
        self.receipts = receipts
    }
}
