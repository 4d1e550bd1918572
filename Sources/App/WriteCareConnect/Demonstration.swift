package import Accounts
import Announcements
import Foundation
import Jobs
package import Kernel
import Messages
import People
package import Postgres
import Rotas

/// The made-up provider that `wcc dev` shows: Fernhill Care, as if it had worked here for two weeks.
///
/// Its content is plain files, so that whoever writes better needs no Swift.
package struct Demonstration: Sendable {
    /// Somebody whose sign-in is told to whoever tries the product.
    package struct SignIn: Sendable {
        package let name: String
        package let username: String
        package let jobTitle: String
        package let whatToTry: String
    }

    /// What everybody in it signs in with; there is no such account outside `wcc dev`.
    package static let password = "fernhill demonstration"

    package var name: String { self.files.provider.name }
    package let signIns: [SignIn]
    private let files: DemonstrationFiles

    /// Reads the files in `directory`: `provider.json` and its neighbours.
    package init(directory: String) throws {
        self.files = try DemonstrationFiles(directory: directory)
        let known =
            self.files.staff.map { ($0.key, ($0.fullName, $0.username, $0.jobTitle)) }
            + self.files.families.map { ($0.key, ($0.contact, $0.username, $0.who)) }
        let people = Dictionary(known) { first, _ in first }
        self.signIns = self.files.signIns.compactMap { one in
            people[one.person].map { name, username, jobTitle in
                SignIn(name: name, username: username, jobTitle: jobTitle, whatToTry: one.whatToTry)
            }
        }
    }

    /// What the page to sign in says of it.
    var hints: SignInHints {
        SignInHints(
            password: Self.password,
            people: self.signIns.map { one in
                .init(username: one.username, name: one.name, jobTitle: one.jobTitle, whatToTry: one.whatToTry)
            })
    }

    /// Loads all of it, in one transaction, into a database that has no organisation yet.
    ///
    /// The two weeks are counted back from what `source` says is now.
    @discardableResult
    package func load(
        into database: Database, accounts: AccountsService, source: Source = Source()
    ) async throws -> Identifier<Organisation> {
        let hash = try await accounts.passwords.hash(Password(Self.password)), directory = accounts.directory
        let organisation = source.identifier(Organisation.self), now = source.now()
        let cast = try DemonstrationCast(self.files, hash: hash, source: source)
        let rota = try cast.rota(self.files.rotas, at: now)
        let archives = try self.files.conversations.map { ($0.key, try cast.archive($0, rota: rota, at: now)) }
        let records = try DemonstrationRecords(
            self.files, cast, conversations: Dictionary(archives.map { ($0.0, $0.1.id) }) { first, _ in first },
            at: now)
        let people = PeopleDirectory(), conversations = ConversationImport(jobs: Jobs(source: source))
        let announcements = self.files.announcements
        let open = AccountsService.Settings().colleagueInvitation / .seconds(1)
        try await database.transaction(as: .tenant(organisation)) { tx in
            try directory.found(
                NewOrganisation(id: organisation, name: self.files.provider.name, homes: cast.homes), at: now, in: tx)
            try people.enrol(staff: cast.staff, residents: cast.residents, in: tx)
            try people.record(
                records.needs, records.contacts, records.professionals, source: source, in: tx)
            try directory.open(cast.accounts, at: now, source: source, in: tx)
            for one in records.invitations {
                try directory.invite(
                    one.colleague, at: one.place, by: one.by, until: one.at + open, at: one.at,
                    source: source, in: tx)
            }
            try RotaImport().bringIn(rota, at: now, in: tx)
            for (_, archive) in archives { try conversations.bringIn(archive, in: tx) }
            try conversations.bringIn(records.templates, in: tx)
            for message in records.scheduled { try conversations.bringIn(message, in: tx) }
            for ladder in records.ladders {
                try conversations.set(ladder.policy, of: ladder.home, by: ladder.by, at: now, in: tx)
            }
            for one in announcements {
                // Roles begin with the demonstration, so whom it was for is asked as of now.
                let told = try directory.next(
                    RoleHolders(of: Role.staff, at: cast.place(of: one), on: now, but: cast.person(one.author)),
                    after: nil, limit: 500, in: tx)
                try AnnouncementImport().bringIn(cast.archive(one, told: told, at: now), in: tx)
            }
        }
        return organisation
    }
}
