import Kernel
import Messages
import People
import Rotas

/// What is written down beside the conversations; days and minutes ago count from the moment of loading.
extension DemonstrationFiles {
    struct Need: Decodable, Sendable {
        struct Review: Decodable, Sendable {
            let outcome: CommunicationNeed.Outcome
            let note: String?
            let by: String
            let daysAgo: Int
        }
        let resident: String
        let kind: NeedKind
        let words: String?
        let sharing: CommunicationNeed.Sharing
        /// Below zero for one that is overdue.
        let reviewInDays: Int
        let recordedBy: String
        let daysAgo: Int
        let review: Review?
    }

    struct Contact: Decodable, Sendable {
        struct Papers: Decodable, Sendable {
            let by: String
            let daysAgo: Int
        }
        struct Restriction: Decodable, Sendable {
            let kind: ContactRestriction.Kind
            let reason: String
            let by: String
            let daysAgo: Int
            let reviewInDays: Int
        }
        let resident: String
        let fullName: String
        let relationship: People.Contact.Relationship
        let telephone: String?
        let email: String?
        let isEmergency: Bool
        let authority: People.Contact.Authority
        let authorityScope: String?
        let papersSeen: Papers?
        let recordedBy: String
        let daysAgo: Int
        let restriction: Restriction?
    }

    /// A contact who has a sign-in.
    struct Relative: Decodable, Sendable {
        let key: String
        let resident: String
        /// Their full name among the contacts.
        let contact: String
        let preferredName: String
        let username: String
        let role: Kernel.Role
        /// Who they are to whoever tries their sign-in.
        let who: String
    }

    struct Professional: Decodable, Sendable {
        let fullName: String
        let role: Kernel.Role
        let worksFor: String?
        let register: ProfessionalRegister?
        let registrationNumber: String?
        let telephone: String?
        let email: String?
        let comesIn: String?
        let addedBy: String
        let daysAgo: Int
        /// Whose they are since then.
        let residents: [String]
    }

    /// The same hours on several days, counted from the Monday of the week of loading.
    struct Shift: Decodable, Sendable {
        let unit: String?
        let person: String
        let kind: Rotas.Shift.Kind
        let starts: String
        let ends: String
        let position: Int
        let days: [Int]
    }

    struct Rota: Decodable, Sendable {
        let home: String
        let plannedBy: String
        let shifts: [Shift]
    }

    struct Announcement: Decodable, Sendable {
        struct Reader: Decodable, Sendable {
            let person: String
            let afterMinutes: Double
            let hasConfirmed: Bool
        }
        let author: String
        let home: String?
        let title: String
        let body: String
        let asksConfirmation: Bool
        let agoMinutes: Double
        let readBy: [Reader]
    }

    struct Template: Decodable, Sendable {
        let title: String
        let body: String
        let writtenBy: String
        let daysAgo: Int
    }

    /// Goes so many days after loading, at a time on the home's clock.
    struct Scheduled: Decodable, Sendable {
        let conversation: String
        let author: String
        let body: String
        let urgency: Message.Urgency
        let home: String
        let inDays: Int
        let time: String
    }

    struct Invitation: Decodable, Sendable {
        let name: String
        let role: Kernel.Role
        let home: String
        let invitedBy: String
        let daysAgo: Int
    }
}
