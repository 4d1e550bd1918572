import Foundation
import Kernel
import People
import TestKit
import Testing
import WriteCareConnect

@testable import Accounts
@testable import Web

/// A link for a resident's contact: once, for a week, and only while whoever made it may let the family in.
@Suite(.database, .timeLimit(.minutes(5))) struct ContactInvitationsTests {
    private func contact(
        _ world: World, _ details: ContactDetails = ContactDetails(fullName: "Margaret Ellis", relationship: .child)
    ) async throws -> Identifier<Contact> {
        try await world.wcc.people.add(details, to: world.resident, by: world[.manager].principal).value.id
    }

    private func secret(_ made: ContactInvitationLink) throws -> Secret {
        Secret(shown: String(try #require(made.link).dropFirst("/invitation/".count)))
    }

    private func outcome(_ world: World, _ secret: Secret) async throws -> AccountsError? {
        do {
            try await world.wcc.accounts.accept(
                Acceptance(username: "user.\(UUID())", password: Password(World.password)), with: secret)
            return nil
        } catch let error as AccountsError {
            return error
        }
    }

    @Test func `a new link ends the one before, and each works once`() async throws {
        try await withProduct { _, wcc in
            let world = try await World(in: wcc, mark: "contactlink"), manager = world[.manager].principal
            let contact = try await self.contact(world)
            let first = try await wcc.accounts.invite(contact, of: world.resident, by: manager).value
            let second = try await wcc.accounts.invite(contact, of: world.resident, by: manager).value
            #expect(try await self.outcome(world, self.secret(first)) == .deadLink)
            let welcome = try #require(try await wcc.accounts.welcome(with: self.secret(second)))
            #expect(welcome.name == "Margaret Ellis" && welcome.role == .relative)
            let open = try await wcc.accounts.contactInvitations(of: world.resident, for: manager).items
            #expect(open.map(\.contactId) == [contact] && open.first?.isExpired == false)
            #expect(try await self.outcome(world, self.secret(second)) == nil)
            #expect(try await self.outcome(world, self.secret(second)) == .deadLink)
            #expect(try await wcc.accounts.contactInvitations(of: world.resident, for: manager).items.isEmpty)
            let listed = try await wcc.people.contacts(of: world.resident, for: manager).items
            #expect(listed.first { $0.id == contact }?.isConnected == true)
            await #expect(throws: AccountsError.hasSignIn) {
                _ = try await wcc.accounts.invite(contact, of: world.resident, by: manager)
            }
            // Nobody of the family is in the list of staff, nor their invitations among those of colleagues.
            let staff = try await wcc.accounts.staff(limit: 100, for: world[.director].principal).items
            #expect(!staff.contains { $0.name == "Margaret Ellis" })
        }
    }

    @Test func `a contact's link is not among those of colleagues`() async throws {
        try await withProduct { _, wcc in
            let world = try await World(in: wcc, mark: "contactlist"), director = world[.director].principal
            let before = try await wcc.accounts.invitations(for: director).items.count
            _ = try await wcc.accounts.invite(self.contact(world), of: world.resident, by: world[.manager].principal)
            #expect(try await wcc.accounts.invitations(for: director).items.count == before)
        }
    }

    @Test func `what was withdrawn, or made by somebody who may not any more, opens nothing`() async throws {
        try await withProduct { _, wcc in
            let world = try await World(in: wcc, mark: "contactgone"), manager = world[.manager].principal
            let contact = try await self.contact(world)
            let made = try await wcc.accounts.invite(contact, of: world.resident, by: manager).value
            try await wcc.accounts.withdraw(contact: contact, of: world.resident, by: manager)
            #expect(try await self.outcome(world, self.secret(made)) == .deadLink)
            await #expect(throws: AccountsError.invitationIsOver) {
                try await wcc.accounts.withdraw(contact: contact, of: world.resident, by: manager)
            }
            let again = try await wcc.accounts.invite(contact, of: world.resident, by: manager).value
            _ = try await wcc.accounts.close(manager.person, by: world[.director].principal)
            #expect(try await self.outcome(world, self.secret(again)) == .deadLink)
        }
    }

    @Test func `nobody is invited for somebody who has gone, nor with their profession`() async throws {
        try await withProduct { _, wcc in
            let world = try await World(in: wcc, mark: "contactwho"), manager = world[.manager].principal
            for relationship in Contact.Relationship.allCases {
                let details = ContactDetails(fullName: "Somebody", relationship: relationship)
                let contact = try await self.contact(world, details)
                let isRefused = [.advocate, .solicitor, .socialWorker, .gp].contains(relationship)
                do {
                    let made = try await wcc.accounts.invite(contact, of: world.resident, by: manager).value
                    #expect(!isRefused && Role.circle.contains(made.role), "\(relationship)")
                } catch let error as AccountsError {
                    #expect(isRefused && error == .notToBeInvited, "\(relationship)")
                }
            }
            let today = try #require(LocalDate("2026-11-01"))
            for (authority, role) in [
                (Contact.Authority.attorneyHW, Role.attorneyHW), (.attorneyPF, .attorneyPF), (.deputyHW, .deputyHW),
                (.appointee, .relative),
            ] {
                for isSeen in [true, false] {
                    let contact = try await self.contact(
                        world,
                        ContactDetails(
                            fullName: "Somebody", relationship: .child, authority: authority,
                            authorityVerifiedOn: isSeen ? today : nil))
                    let made = try await wcc.accounts.invite(contact, of: world.resident, by: manager).value
                    #expect(made.role == (isSeen ? role : .relative), "\(authority)")
                }
            }
            for status in [Resident.Status.movedOut, .died] {
                let standing = Standing<Person>(world.resident, [], at: world.place, state: status.rawValue)
                #expect(!manager.may(InviteContact.self, standing))
                #expect(manager.may(WithdrawContactInvitation.self, standing))
            }
        }
    }

    @Test func `the same request is answered again without the link`() async throws {
        try await withProduct { _, wcc in
            let world = try await World(in: wcc, mark: "contactonce"), manager = world[.manager].principal
            let contact = try await self.contact(world)
            let once = try Once(key: "0123456789abcdef", operation: "POST /invitation", input: ["contact"])
            let first = try await wcc.accounts.invite(contact, of: world.resident, by: manager, once: once)
            let again = try await wcc.accounts.invite(contact, of: world.resident, by: manager, once: once)
            #expect(!first.isReplay && again.isReplay && again.value.link == nil)
            #expect(again.value.invitation == first.value.invitation)
            #expect(try await self.outcome(world, self.secret(first.value)) == nil)
        }
    }

    /// The resident is held by both, so one of them comes first; if it is the restriction, the link is dead.
    @Test func `however coming and restricting fall together, nobody restricted has a sign-in`() async throws {
        try await withProduct { _, wcc in
            let world = try await World(in: wcc, mark: "contactrace"), manager = world[.manager].principal
            for round in 0..<4 {
                let contact = try await self.contact(
                    world, ContactDetails(fullName: "Somebody \(round)", relationship: .friend))
                let secret = try self.secret(
                    try await wcc.accounts.invite(contact, of: world.resident, by: manager).value)
                async let coming = self.outcome(world, secret)
                async let restricted = wcc.people.restrict(
                    contact, NewRestriction(kind: .noContact, reason: "A court order"), of: world.resident,
                    by: manager)
                _ = try await (coming, restricted)
                let now = try await wcc.people.contacts(of: world.resident, for: manager).items
                #expect(now.first { $0.id == contact }?.isConnected == false)
                #expect(try await wcc.people.family(of: world.resident, for: manager).isEmpty)
            }
        }
    }
}
