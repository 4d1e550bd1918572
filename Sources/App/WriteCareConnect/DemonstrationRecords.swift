import Accounts
import Announcements
import Foundation
import Kernel
import Messages
import People

/// What is written down beside the conversations, counted from the moment of loading.
struct DemonstrationRecords: Sendable {
    /// An invitation that nobody has come with yet.
    struct Invited: Sendable {
        let colleague: NewInvitation
        let place: Place
        let by: Identifier<Person>
        let at: Date
    }

    let needs: [NeedArchive]
    let contacts: [ContactArchive]
    let professionals: [ProfessionalArchive]
    let templates: [TemplateArchive]
    let scheduled: [ScheduledArchive]
    let ladders: [(home: Identifier<Home>, policy: LadderPolicy, by: Identifier<Person>)]
    let invitations: [Invited]

    /// The conversations are given by their keys.
    init(
        _ files: DemonstrationFiles, _ cast: DemonstrationCast,
        conversations: [String: Identifier<Messages.Conversation>], at now: Date
    ) throws {
        func ago(_ days: Int) -> Date { now.addingTimeInterval(-86_400 * Double(days)) }
        func day(_ days: Int, at home: NewHome) throws -> LocalDate {
            guard let today = LocalTime(zone: home.timeZone, now: now).today else {
                throw DemonstrationError.nowhere(home.name)
            }
            return today.adding(days: days)
        }
        self.needs = try files.needs.map { need in
            let resident = try cast.person(need.resident), home = try cast.home(of: resident)
            return NeedArchive(
                resident: resident, kind: need.kind, words: need.words, sharing: need.sharing,
                reviewDueOn: try day(need.reviewInDays, at: home), recordedBy: try cast.person(need.recordedBy),
                recordedAt: ago(need.daysAgo),
                review: try need.review.map { review in
                    .init(
                        outcome: review.outcome, note: review.note, by: try cast.person(review.by),
                        at: ago(review.daysAgo))
                })
        }
        self.contacts = try files.contacts.map { contact in
            let resident = try cast.person(contact.resident), home = try cast.home(of: resident)
            let relative = files.families.first { $0.resident == contact.resident && $0.contact == contact.fullName }
            return try ContactArchive(
                resident: resident,
                details: ContactDetails(
                    fullName: contact.fullName, relationship: contact.relationship, telephone: contact.telephone,
                    email: contact.email, isEmergency: contact.isEmergency, authority: contact.authority,
                    authorityScope: contact.authorityScope,
                    authorityVerifiedOn: try contact.papersSeen.map { try day(-$0.daysAgo, at: home) }),
                verifiedBy: try contact.papersSeen.map { try cast.person($0.by) },
                recordedBy: try cast.person(contact.recordedBy), recordedAt: ago(contact.daysAgo),
                today: try day(0, at: home),
                restriction: try contact.restriction.map { limit in
                    .init(
                        kind: limit.kind, reason: limit.reason, by: try cast.person(limit.by), at: ago(limit.daysAgo),
                        reviewDueOn: try day(limit.reviewInDays, at: home))
                },
                person: try relative.map { relative in
                    NewPerson(
                        id: try cast.person(relative.key), fullName: contact.fullName,
                        preferredName: relative.preferredName)
                })
        }
        self.professionals = try files.professionals.map { one in
            guard let home = cast.homes.first else { throw DemonstrationError.nowhere(one.fullName) }
            return try ProfessionalArchive(
                id: cast.source.identifier(),
                details: ProfessionalDetails(
                    fullName: one.fullName, role: one.role, worksFor: one.worksFor, register: one.register,
                    registrationNumber: one.registrationNumber, telephone: one.telephone, email: one.email,
                    comesIn: one.comesIn),
                addedBy: try cast.person(one.addedBy), addedAt: ago(one.daysAgo),
                residents: try one.residents.map(cast.person), since: try day(-one.daysAgo, at: home))
        }
        self.templates = try files.templates.map { template in
            try TemplateArchive(
                id: cast.source.identifier(), draft: TemplateDraft(title: template.title, body: template.body),
                writtenBy: try cast.person(template.writtenBy), writtenAt: ago(template.daysAgo))
        }
        self.scheduled = try files.scheduled.map { message in
            guard let conversation = conversations[message.conversation] else {
                throw DemonstrationError.nowhere(message.conversation)
            }
            let home = try cast.home(message.home)
            return ScheduledArchive(
                id: cast.source.identifier(), conversation: conversation, author: try cast.person(message.author),
                body: message.body, urgency: message.urgency,
                goesAt: try LocalTime(zone: home.timeZone, now: now).instant(
                    day(message.inDays, at: home), message.time), writtenAt: now)
        }
        self.ladders = try files.provider.homes.compactMap { home in
            guard let ladder = home.ladder else { return nil }
            let policy = LadderPolicy(
                stepMinutes: ladder.stepMinutes, shiftSteps: ladder.shiftSteps, repeatMinutes: ladder.repeatMinutes,
                repeats: ladder.repeats)
            return (try cast.home(home.key).id, policy, try cast.person(ladder.changedBy))
        }
        self.invitations = try files.invitations.map { invitation in
            let home = try cast.home(invitation.home).id
            return Invited(
                colleague: NewInvitation(name: invitation.name, NewRole(invitation.role, .home(home))),
                place: Place(home: home), by: try cast.person(invitation.invitedBy), at: ago(invitation.daysAgo))
        }
    }
}

extension DemonstrationCast {
    /// An announcement as it was read so far; `told` is everybody whom it was for.
    func archive(
        _ announcement: DemonstrationFiles.Announcement, told: [Identifier<Person>], at now: Date
    ) throws -> AnnouncementArchive {
        let announcedAt = now.addingTimeInterval(-60 * announcement.agoMinutes)
        var seen: [Identifier<Person>: (at: Date, confirmed: Bool)] = [:]
        for reader in announcement.readBy {
            let at = min(now, announcedAt.addingTimeInterval(60 * reader.afterMinutes))
            seen[try self.person(reader.person)] = (at, reader.hasConfirmed)
        }
        return AnnouncementArchive(
            id: self.source.identifier(), author: try self.person(announcement.author),
            place: try self.place(of: announcement), title: announcement.title, body: announcement.body,
            asksConfirmation: announcement.asksConfirmation, announcedAt: announcedAt,
            receipts: told.map { person in
                let read = seen[person]
                return .init(person: person, seenAt: read?.at, confirmedAt: read?.confirmed == true ? read?.at : nil)
            })
    }

    func place(of announcement: DemonstrationFiles.Announcement) throws -> Place {
        Place(home: try announcement.home.map { try self.home($0).id })
    }
}
