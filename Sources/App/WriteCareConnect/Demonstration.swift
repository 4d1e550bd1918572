package import Accounts
import Foundation
package import Kernel
import Messages
import People
package import Postgres

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
        let staff = Dictionary(self.files.staff.map { ($0.key, $0) }) { first, _ in first }
        self.signIns = self.files.signIns.compactMap { one in
            staff[one.person].map { person in
                SignIn(
                    name: person.fullName, username: person.username, jobTitle: person.jobTitle,
                    whatToTry: one.whatToTry)
            }
        }
    }

    /// Loads all of it, in one transaction, into a database that has no organisation yet.
    ///
    /// The two weeks are counted back from what `source` says is now.
    package func load(into database: Database, accounts: AccountsService, source: Source = Source()) async throws {
        let hash = try await accounts.passwords.hash(Password(Self.password)), directory = accounts.directory
        let organisation = source.identifier(Organisation.self), now = source.now()
        let cast = try DemonstrationCast(self.files, hash: hash, source: source)
        let archives = try self.files.conversations.map { try cast.archive($0, at: now) }
        try await database.transaction(as: .tenant(organisation)) { tx in
            try directory.found(
                NewOrganisation(id: organisation, name: self.files.provider.name, homes: cast.homes), at: now, in: tx)
            try PeopleDirectory().enrol(staff: cast.staff, residents: cast.residents, in: tx)
            try directory.open(cast.accounts, at: now, source: source, in: tx)
            for archive in archives { try ConversationImport().bringIn(archive, in: tx) }
        }
    }
}
