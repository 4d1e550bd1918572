import Foundation
import Kernel
import People
import TestKit
import Testing
import WriteCareConnect

@testable import Accounts
@testable import Web

/// A resident's family come in by the same gate, and back in by the same kind of link.
@Suite(.database, .timeLimit(.minutes(5))) struct ContactPasswordsTests {
    private static let new = "teapot gravel moth"

    private func contact(_ world: World) async throws -> Identifier<Contact> {
        try await world.wcc.people.add(
            ContactDetails(fullName: "Margaret Ellis", relationship: .child), to: world.resident,
            by: world[.manager].principal
        ).value.id
    }

    private func link(_ contact: Identifier<Contact>, _ world: World, by part: Part = .manager) async throws -> Secret {
        let made = try await world.wcc.accounts.makePasswordReset(
            for: contact, of: world.resident, by: world[part].principal)
        return Secret(shown: String(try #require(made.value.link).dropFirst("/reset/".count)))
    }

    private func signIn(_ contact: Identifier<Contact>, _ password: String, _ world: World) async -> NewSignIn? {
        try? await world.wcc.accounts.signIn(
            SignInAttempt(
                name: "\(world.mark).\(contact)", password: Password(password), network: AddressPrefix("10.4.3.2")))
    }

    private func kind(_ act: () async throws -> Void) async -> Problem.Kind? {
        do {
            try await act()
            return nil
        } catch {
            return (error as? any ProblemConvertible)?.problem.kind ?? .internalFailure
        }
    }

    @Test func `a contact who has forgotten the password comes back by a link`() async throws {
        try await withProduct { _, wcc in
            let world = try await World(in: wcc, mark: "contactreset"), contact = try await self.contact(world)
            #expect(await self.kind { _ = try await self.link(contact, world) } == .conflict)
            try await world.connect(contact, of: world.resident)
            let before = try #require(await self.signIn(contact, World.password, world))
            let secret = try await self.link(contact, world)
            try await wcc.accounts.finishPasswordReset(with: secret, choosing: Password(Self.new))
            #expect(try await wcc.accounts.visitor(of: before.secret, isActing: false) == nil)
            #expect(await self.signIn(contact, World.password, world) == nil)
            #expect(await self.signIn(contact, Self.new, world) != nil)
            #expect(
                await self.kind {
                    try await wcc.accounts.finishPasswordReset(with: secret, choosing: Password(Self.new))
                } == .notFound)
        }
    }

    @Test func `a link for a contact is made by those who may invite one, and dies with their right`() async throws {
        try await withProduct { _, wcc in
            let world = try await World(in: wcc, mark: "contactmaker"), contact = try await self.contact(world)
            try await world.connect(contact, of: world.resident)
            for someone in world.everybody {
                let may =
                    Role.management.contains(someone.part.role) && !someone.part.isElsewhere
                let told = await self.kind { _ = try await self.link(contact, world, by: someone.part) }
                #expect((told == nil) == may, "\(someone.part)")
                #expect(told == nil || told == .forbidden || told == .notFound)
            }
            let secret = try await self.link(contact, world)
            _ = try await wcc.accounts.close(world[.manager].principal.person, by: world[.director].principal)
            #expect(
                await self.kind {
                    try await wcc.accounts.finishPasswordReset(with: secret, choosing: Password(Self.new))
                } == .notFound)
        }
    }

    @Test func `nothing opens to a contact of a suspended organisation, nor to one who is restricted`() async throws {
        try await withProduct { _, wcc in
            let world = try await World(in: wcc, mark: "contactgate"), manager = world[.manager].principal
            let contact = try await self.contact(world), invited = try await self.contact(world)
            try await world.connect(contact, of: world.resident)
            let invitation = try await wcc.accounts.invite(invited, of: world.resident, by: manager).value
            let secret = Secret(shown: String(try #require(invitation.link).dropFirst("/invitation/".count)))
            let reset = try await self.link(contact, world), signIn = await self.signIn(contact, World.password, world)
            func passing() async throws -> [Bool] {
                [
                    await self.signIn(contact, World.password, world) != nil,
                    try await wcc.accounts.visitor(of: try #require(signIn).secret, isActing: false) != nil,
                    try await wcc.accounts.isLive(try #require(signIn).visitor.principal),
                    try await wcc.accounts.passwordReset(with: reset) != nil,
                    try await wcc.accounts.welcome(with: secret) != nil,
                    await self.kind {
                        try await wcc.accounts.accept(
                            Acceptance(username: "family.\(UUID())", password: Password(World.password)), with: secret)
                    } == nil,
                ]
            }
            let name = "\(world.mark) Care"
            try await wcc.accounts.setOrganisation(named: name, isOpen: false)
            #expect(try await passing() == [false, false, false, false, false, false])
            try await wcc.accounts.setOrganisation(named: name, isOpen: true)
            #expect(try await passing() == [true, true, true, true, true, true])
            _ = try await wcc.people.restrict(
                contact, NewRestriction(kind: .noContact, reason: "They asked for it"), of: world.resident, by: manager)
            #expect(try await passing().prefix(4) == [false, false, false, false])
        }
    }
}
