import Foundation
import Kernel
import People
import Postgres
import TestKit
import WriteCareConnect

@testable import Accounts

extension World {
    /// Somebody whom the director invites to care in the home.
    func invite() async throws -> Identifier<ColleagueInvitation> {
        try await self.wcc.accounts.invite(
            NewInvitation(name: "\(self.mark) Sutton", NewRole(.careAssistant, .home(self.home))),
            by: self[.director].principal
        ).value.invitation.id
    }

    /// Lets a contact come, with a sign-in of their own.
    func connect(_ contact: Identifier<Contact>, of resident: Identifier<Person>) async throws {
        let made = try await self.wcc.accounts.invite(contact, of: resident, by: self[.manager].principal).value
        let secret = Secret(shown: String((made.link ?? "").dropFirst("/invitation/".count)))
        try await self.wcc.accounts.accept(
            Acceptance(username: "\(self.mark).\(contact)", password: Password(Self.password)), with: secret)
    }

    func heldRole(of person: Identifier<Person>) async throws -> Identifier<Grant> {
        let member = try await self.wcc.accounts.staffMember(person, for: self[.director].principal)
        guard let role = member.roles.first else { throw AccountsError.notFound }
        return role.id
    }

    /// A colleague, and somebody who is invited, who are nobody else's.
    func staffScene(for sample: Sample) async throws -> Scene {
        var scene = try await self.scene()
        let person = Identifier<Person>.any(), accounts = self.wcc.accounts
        let staff = NewStaff(
            person: NewPerson(id: person, fullName: "\(self.mark) Brief", preferredName: "\(self.mark)"),
            home: self.home, jobTitle: "\(self.mark) Carer")
        let account = NewAccount(
            id: .any(), person: person, username: SignInName(unchecked: "\(self.mark).\(person)"),
            password: PasswordHash("$argon2id$none"), grants: [Grant(.careAssistant, .home(self.home))])
        try await self.wcc.database.transaction(as: .tenant(self.id)) { tx in
            try PeopleDirectory().enrol(staff: [staff], in: tx)
            try accounts.directory.open([account], at: Date().addingTimeInterval(-60), in: tx)
        }
        scene.staff = person
        scene.role = try await self.heldRole(of: person)
        scene.invitation = try await self.invite()
        if sample.act == ReopenAccount.self { _ = try await accounts.close(person, by: self[.director].principal) }
        if sample.act == RemoveFactorOf.self { try await self.giveFactor(person) }
        return scene
    }

    /// An app that nobody has.
    private func giveFactor(_ person: Identifier<Person>) async throws {
        try await self.wcc.database.transaction(as: .tenant(self.id)) { tx in
            _ = try tx.execute(
                """
                INSERT INTO accounts.factor (tenant_id, account_id, id, secret, begun_at, confirmed_at)
                SELECT app.tid(), account.id, account.id, decode(repeat('00', 109), 'hex'), now(), now()
                FROM accounts.account WHERE tenant_id = app.tid() AND person_id = \(person.uuid)
                """)
        }
    }
}
