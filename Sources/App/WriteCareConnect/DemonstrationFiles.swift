import Foundation
import Kernel
import Messages
import People

/// The demonstration as its files have it: names instead of identifiers, minutes ago instead of times.
struct DemonstrationFiles: Sendable {
    struct Provider: Decodable, Sendable {
        struct Home: Decodable, Sendable {
            struct Unit: Decodable, Sendable {
                let key: String
                let name: String
            }
            let key: String
            let name: String
            let tint: String
            let type: String
            let timeZone: String
            let units: [Unit]
            let ladder: Ladder?
        }
        /// How a home passes on what nobody answers, where it is not as the product has it.
        struct Ladder: Decodable, Sendable {
            let stepMinutes: Int
            let shiftSteps: Int
            let repeatMinutes: Int
            let repeats: Int
            let changedBy: String
        }
        let name: String
        let homes: [Home]
    }

    struct Staff: Decodable, Sendable {
        struct Role: Decodable, Sendable {
            let role: Kernel.Role
            let scope: String
            let home: String?
            let unit: String?
        }
        let key: String
        let fullName: String
        let preferredName: String
        let username: String
        let home: String?
        let unit: String?
        let roles: [Role]
        let jobTitle: String
    }

    struct Resident: Decodable, Sendable {
        let key: String
        let fullName: String
        let preferredName: String
        let dateOfBirth: LocalDate
        let home: String
        let unit: String?
        let room: String
        let status: People.Resident.Status
        let movedInOn: LocalDate
        let keyWorker: String
        let careTeam: [String]
    }

    struct Conversation: Decodable, Sendable {
        struct Member: Decodable, Sendable {
            let person: String
            /// `start`, or the index of the first message they see.
            let from: From
        }
        enum From: Decodable, Sendable {
            case start
            case message(Int)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                self = if let index = try? container.decode(Int.self) { .message(index) } else { .start }
            }
        }
        struct Answer: Decodable, Sendable {
            let person: String
            let afterMinutes: Double
        }
        struct Message: Decodable, Sendable {
            let author: String
            let agoMinutes: Double
            let body: String
            let urgency: Messages.Message.Urgency
            let replyTo: Int?
            let mentions: [String]
            let acknowledgedBy: [Answer]
            let passedOn: PassedOn?
        }
        /// A step of the ladder, to whoever is on shift; the next is due soon after the demonstration is loaded.
        struct PassedOn: Decodable, Sendable {
            let afterMinutes: Double
            let nextInMinutes: Double
        }
        let key: String
        let kind: Messages.Conversation.Kind
        let subject: String?
        let resident: String?
        let home: String?
        let members: [Member]
        let messages: [Message]
        let readTo: [String: Int]
    }

    struct SignIn: Decodable, Sendable {
        let person: String
        let whatToTry: String
    }

    let provider: Provider
    let staff: [Staff]
    let residents: [Resident]
    let conversations: [Conversation]
    let signIns: [SignIn]
    let needs: [Need]
    let contacts: [Contact]
    let families: [Relative]
    let professionals: [Professional]
    let rotas: [Rota]
    let announcements: [Announcement]
    let templates: [Template]
    let scheduled: [Scheduled]
    let invitations: [Invitation]

    init(directory: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        func read<Content: Decodable>(_ name: String) throws -> Content {
            let path = "\(directory)/\(name)"
            guard let data = FileManager.default.contents(atPath: path) else {
                throw DemonstrationError(description: "The demonstration has no file \(path).")
            }
            do {
                return try decoder.decode(Content.self, from: data)
            } catch {
                throw DemonstrationError(description: "The demonstration's file \(path) cannot be read: \(error)")
            }
        }
        self.provider = try read("provider.json")
        self.staff = try read("staff.json")
        self.residents = try read("residents.json")
        self.signIns = try read("sign-ins.json")
        self.needs = try read("needs.json")
        self.contacts = try read("contacts.json")
        self.families = try read("families.json")
        self.professionals = try read("professionals.json")
        self.rotas = try read("rotas.json")
        self.announcements = try read("announcements.json")
        self.templates = try read("templates.json")
        self.scheduled = try read("scheduled.json")
        self.invitations = try read("invitations.json")
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter {
            $0.hasPrefix("conversations-") && $0.hasSuffix(".json")
        }
        self.conversations = try names.sorted().flatMap { try read($0) as [Conversation] }
    }
}

/// What is wrong with the demonstration's files, in a sentence.
package struct DemonstrationError: Error, CustomStringConvertible {
    package let description: String

    static func nowhere(_ key: String) -> Self {
        Self(description: "The demonstration names \(key), which is nowhere in it.")
    }
}
