import Foundation
import Kernel
import Postgres
import TestKit
import Testing
import Web

@testable import Accounts

/// How the organisation is called and divided.
@Suite(.database, .timeLimit(.minutes(5))) struct HomesTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    private func details(_ name: String, position: Int? = nil, zone: String = "Europe/London") -> HomeDetails {
        HomeDetails(name: name, type: .dual, tint: .orchard, timeZone: zone, position: position)
    }

    @Test func `a home is added, changed, divided and put in its place`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let added = try await self.accounts.add(self.details("  Orchard Court "), by: kit.boss).value
        #expect(added.homes.map(\.name) == ["Rowan House", "Harbour View", "Orchard Court"])
        let home = try #require(added.homes.last)
        #expect(home.type == .dual && home.tint == "orchard" && home.position == 3 && home.units.isEmpty)
        let first = try await self.accounts.change(
            home.id, to: self.details("Orchard Lodge", position: 1), from: 1, by: kit.boss
        ).value
        #expect(first.homes.map(\.name).contains("Orchard Lodge") && first.homes.map(\.position).sorted() == [1, 1, 2])
        for name in ["Bramley", "Russet"] {
            _ = try await self.accounts.add(UnitDetails(name: name), to: home.id, by: kit.boss)
        }
        let units = try await self.accounts.organisation(for: kit.boss).homes.first { $0.id == home.id }?.units ?? []
        #expect(units.map(\.name) == ["Bramley", "Russet"] && units.map(\.position) == [1, 2])
        let russet = try #require(units.last)
        let turned = try await self.accounts.change(
            russet.id, of: home.id, to: UnitDetails(name: "Pippin", position: 1), from: 1, by: kit.boss
        ).value.homes.first { $0.id == home.id }?.units
        #expect(turned?.map(\.name).sorted() == ["Bramley", "Pippin"] && turned?.contains { $0.version == 2 } == true)
        let renamed = try await self.accounts.rename(to: OrganisationName("Fernhill Homes"), from: 1, by: kit.boss)
        #expect(renamed.value.name == "Fernhill Homes" && renamed.value.version == 2)
        // It is there for the next sign-in, as for everybody.
        let visitor = try await self.accounts.attempt(kit.director.username.text, Provider.password).visitor
        #expect(visitor.homes.map(\.name).contains("Orchard Lodge"))
    }

    @Test(arguments: Role.allCases) func `each role changes what the table says, where it reaches`(_ role: Role)
        async throws
    {
        let kit = try await StaffKit(self.accounts, self.clock)
        let organisers: Set<Role> = [.nominatedIndividual, .providerDirector, .itAdmin]
        let leaders = organisers.union([.registeredManager, .deputyManager])
        for reach in [Reach.organisation, kit.rowan, kit.garden] {
            let asker = kit.principal(try await kit.hire(role, reach))
            let mayAll = organisers.contains(role) && reach == .organisation
            let mayHome = leaders.contains(role) && reach != kit.garden
            let number = Int.random(in: 1...999_999_999), rowan = kit.provider.rowan
            let harbour = kit.provider.harbour, garden = kit.provider.garden
            for (may, act): (Bool, (Principal) async throws -> Void) in [
                (Role.staff.contains(role), { _ = try await self.accounts.organisation(for: $0) }),
                (mayAll, { _ = try await self.accounts.rename(to: OrganisationName("N"), by: $0) }),
                (mayAll, { _ = try await self.accounts.add(self.details("H\(number)"), by: $0) }),
                (mayHome, { _ = try await self.accounts.change(rowan, to: self.details("R\(number)"), by: $0) }),
                (
                    mayHome && reach == .organisation,
                    { _ = try await self.accounts.change(harbour, to: self.details("V\(number)"), by: $0) }
                ),
                (mayHome, { _ = try await self.accounts.add(UnitDetails(name: "U\(number)"), to: rowan, by: $0) }),
                (
                    mayHome,
                    {
                        _ = try await self.accounts.change(
                            garden, of: rowan, to: UnitDetails(name: "G\(number)"), by: $0)
                    }
                ),
            ] {
                #expect(await kit.kind { try await act(asker) } == (may ? nil : .forbidden), "\(role) \(reach)")
            }
        }
    }

    @Test func `what was read before somebody else wrote is refused, and so is what cannot be`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock), other = try await StaffKit(self.accounts, self.clock)
        let rowan = kit.provider.rowan, garden = kit.provider.garden
        _ = try await self.accounts.change(rowan, to: self.details("Rowan Lodge"), from: 1, by: kit.boss)
        for act: () async throws -> Void in [
            { _ = try await self.accounts.change(rowan, to: self.details("Again"), from: 1, by: kit.boss) },
            {
                _ = try await self.accounts.change(
                    garden, of: rowan, to: UnitDetails(name: "X"), from: 7, by: kit.boss)
            },
            { _ = try await self.accounts.rename(to: OrganisationName("X"), from: 7, by: kit.boss) },
        ] {
            #expect(await kit.kind(act) == .preconditionFailed)
        }
        func refused(_ details: HomeDetails) async -> [String] {
            await kit.refused { _ = try await self.accounts.add(details, by: kit.boss) }
        }
        #expect(await refused(self.details(" ")) == ["/name"])
        #expect(await refused(self.details(String(repeating: "x", count: 101))) == ["/name"])
        #expect(await refused(self.details("Harbour View")) == ["/name"])
        #expect(await refused(self.details("New", zone: "Europe/Atlantis")) == ["/time_zone"])
        #expect(
            await kit.refused {
                _ = try await self.accounts.change(garden, of: rowan, to: UnitDetails(name: "Orchard"), by: kit.boss)
            } == ["/name"])
        for act: () async throws -> Void in [
            { _ = try await self.accounts.change(other.provider.rowan, to: self.details("X"), by: kit.boss) },
            { _ = try await self.accounts.add(UnitDetails(name: "X"), to: .any(), by: kit.boss) },
            // A unit is reached through its own home.
            {
                _ = try await self.accounts.change(
                    garden, of: kit.provider.harbour, to: UnitDetails(name: "X"), by: kit.boss)
            },
        ] {
            #expect(await kit.kind(act) == .notFound)
        }
    }
}
