import Accounts
import Foundation
import Kernel
import Messages
import People
import Rotas

/// The people and places of the demonstration, each with an identifier.
struct DemonstrationCast: Sendable {
    let homes: [NewHome]
    let staff: [NewStaff]
    let residents: [NewResident]
    let accounts: [NewAccount]
    let source: Source
    private let people: [String: Identifier<Person>]
    private let homeIds: [String: Identifier<Home>]
    private let unitIds: [String: Identifier<Kernel.Unit>]
    private let places: [String: (home: Identifier<Home>, unit: Identifier<Kernel.Unit>?)]

    init(_ files: DemonstrationFiles, hash: PasswordHash, source: Source) throws {
        let homeIds = Self.identifiers(files.provider.homes.map(\.key), Home.self, source)
        let unitIds = Self.identifiers(files.provider.homes.flatMap { $0.units.map(\.key) }, Kernel.Unit.self, source)
        let people = Self.identifiers(
            files.staff.map(\.key) + files.residents.map(\.key) + files.families.map(\.key), Person.self, source)
        self.homes = try files.provider.homes.map { home in
            NewHome(
                id: try Self.find(home.key, in: homeIds), name: home.name, tint: home.tint,
                type: HomeType(rawValue: home.type),
                timeZone: home.timeZone,
                units: try home.units.map { NewUnit(id: try Self.find($0.key, in: unitIds), name: $0.name) })
        }
        self.staff = try files.staff.map { one in
            NewStaff(
                person: NewPerson(
                    id: try Self.find(one.key, in: people), fullName: one.fullName, preferredName: one.preferredName),
                home: try one.home.map { try Self.find($0, in: homeIds) },
                unit: try one.unit.map { try Self.find($0, in: unitIds) }, jobTitle: one.jobTitle)
        }
        self.residents = try files.residents.map { one in
            NewResident(
                person: NewPerson(
                    id: try Self.find(one.key, in: people), fullName: one.fullName, preferredName: one.preferredName,
                    dateOfBirth: one.dateOfBirth),
                home: try Self.find(one.home, in: homeIds), unit: try one.unit.map { try Self.find($0, in: unitIds) },
                room: one.room, status: one.status, movedInOn: one.movedInOn,
                keyWorker: try Self.find(one.keyWorker, in: people),
                careTeam: try Set(one.careTeam + [one.keyWorker]).map { try Self.find($0, in: people) })
        }
        func account(_ key: String, _ name: String, _ grants: [Grant]) throws -> NewAccount {
            guard let username = SignInName(choosing: name) else {
                throw DemonstrationError(description: "In the demonstration, \(name) is no username.")
            }
            return NewAccount(
                id: source.identifier(), person: try Self.find(key, in: people), username: username, password: hash,
                grants: Set(grants))
        }
        let residents = Dictionary(files.residents.map { ($0.key, $0) }) { first, _ in first }
        self.accounts =
            try files.staff.map { one in
                try account(
                    one.key, one.username,
                    try one.roles.map { role in
                        if let unit = role.unit { return Grant(role.role, .unit(try Self.find(unit, in: unitIds))) }
                        if let home = role.home { return Grant(role.role, .home(try Self.find(home, in: homeIds))) }
                        return Grant(role.role, .organisation)
                    })
            }
            + files.families.map { one in
                guard let home = residents[one.resident]?.home else { throw DemonstrationError.nowhere(one.resident) }
                return try account(
                    one.key, one.username, [Grant(one.role, .home(try Self.find(home, in: homeIds)))])
            }
        self.places = try Dictionary(
            uniqueKeysWithValues: files.residents.map { one in
                (
                    one.key,
                    (try Self.find(one.home, in: homeIds), try one.unit.map { try Self.find($0, in: unitIds) })
                )
            })
        self.people = people
        self.homeIds = homeIds
        self.unitIds = unitIds
        self.source = source
    }

    private static func identifiers<Subject>(
        _ keys: [String], _: Subject.Type, _ source: Source
    ) -> [String: Identifier<Subject>] {
        Dictionary(keys.map { ($0, source.identifier(Subject.self)) }) { first, _ in first }
    }

    func person(_ key: String) throws -> Identifier<Person> { try Self.find(key, in: self.people) }

    func home(_ key: String) throws -> NewHome {
        let id = try Self.find(key, in: self.homeIds)
        guard let home = self.homes.first(where: { $0.id == id }) else { throw DemonstrationError.nowhere(key) }
        return home
    }

    func unit(_ key: String) throws -> Identifier<Kernel.Unit> { try Self.find(key, in: self.unitIds) }

    /// Where a resident lives.
    func home(of resident: Identifier<Person>) throws -> NewHome {
        guard let place = self.residents.first(where: { $0.person.id == resident }),
            let home = self.homes.first(where: { $0.id == place.home })
        else { throw DemonstrationError.nowhere(resident.description) }
        return home
    }

    private static func find<Subject>(
        _ key: String, in ids: [String: Identifier<Subject>]
    ) throws -> Identifier<Subject> {
        guard let id = ids[key] else { throw DemonstrationError.nowhere(key) }
        return id
    }

    /// A conversation, counted back from now.
    func archive(
        _ conversation: DemonstrationFiles.Conversation, rota: [RotaImport.Entry], at now: Date
    ) throws -> ConversationArchive {
        let resident = try conversation.resident.flatMap { key in
            let id = try self.person(key)
            return self.places[key].map { (id: id, home: $0.home, unit: $0.unit) }
        }
        let ids = conversation.messages.map { _ in self.source.identifier(Message.self) }
        let times = conversation.messages.map { now.addingTimeInterval(-60 * $0.agoMinutes) }
        let readers = try conversation.members.map { member in
            let fromSeq: Int = if case .message(let index) = member.from { index + 1 } else { 1 }
            let read = conversation.readTo[member.person]
            return ConversationArchive.Reader(
                person: try self.person(member.person), fromSeq: fromSeq, readSeq: read.map { $0 + 1 } ?? fromSeq - 1,
                readAt: read.flatMap { times[safe: $0]?.addingTimeInterval(40) })
        }
        let entries = try conversation.messages.enumerated().map { index, message in
            let author = try self.person(message.author), sentAt = times[index]
            var asked: [Identifier<Person>: Date?] = [:]
            if message.urgency == .urgent {
                for reader in readers where reader.person != author && reader.fromSeq <= index + 1 {
                    asked[reader.person] = .some(nil)
                }
                for answer in message.acknowledgedBy {
                    asked[try self.person(answer.person)] = min(
                        now, sentAt.addingTimeInterval(60 * answer.afterMinutes))
                }
            }
            let passedOn = try message.passedOn.map { step in
                let at = sentAt.addingTimeInterval(60 * step.afterMinutes)
                return ConversationArchive.PassedOn(
                    to: try rota.next(
                        on: at, home: resident?.home, unit: resident?.unit, besides: Set(asked.keys).union([author])),
                    at: at, next: now.addingTimeInterval(60 * step.nextInMinutes))
            }
            return ConversationArchive.Entry(
                id: ids[index], author: author, body: message.body, urgency: message.urgency,
                replyTo: message.replyTo.flatMap { ids[safe: $0] }, mentions: try message.mentions.map(self.person),
                asked: asked, sentAt: sentAt, passedOn: passedOn)
        }
        return ConversationArchive(
            id: self.source.identifier(), kind: conversation.kind, subject: conversation.subject,
            resident: resident,
            caseHome: conversation.kind == .matter ? try conversation.home.map { try self.home($0).id } : nil,
            readers: readers, entries: entries)
    }
}
