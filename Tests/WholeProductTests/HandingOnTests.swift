import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import Postgres
import TestKit
import Testing
import Web
import WriteCareConnect

@testable import Accounts

/// What giving and taking roles means for everything else that the product does.
@Suite(.database, .timeLimit(.minutes(3))) struct HandingOnTests {
    /// Nobody hands on what they do not hold: over every line of every policy, not only this module's.
    @Test func `whatever a role opens, it opens for everybody who may give it`() {
        var compared = 0
        for line in RoleTable.give {
            for giver in line.by {
                for role in line.roles {
                    for permission in WriteCareConnect.permissions {
                        for rule in permission.rules where rule.roles.contains(role) {
                            for relation in rule.relations {
                                let own = permission.rules.filter {
                                    $0.roles.contains(giver) && $0.relations.contains(relation)
                                }.reduce(into: Set<String>()) { $0.formUnion($1.states) }
                                compared += 1
                                #expect(
                                    rule.states.isSubset(of: own),
                                    "\(giver) gives \(role), who may \(permission.name) as \(relation)")
                            }
                        }
                    }
                }
            }
        }
        #expect(compared > 1_000)
    }

    /// With a watch that never looks: only being told ends it.
    private var quiet: LiveStreams.Settings {
        var settings = LiveStreams.Settings()
        settings.poll = .seconds(600)
        settings.heartbeat = .seconds(600)
        settings.age = .seconds(600)
        return settings
    }

    private enum Way: CaseIterable { case revoke, close, endSignIns, endOwn }

    @Test func `an open stream ends at once when its reader may not listen any more`() async throws {
        try await withApp(streams: self.quiet) { client, wcc in
            let world = try await World(in: wcc, mark: "streams"), director = world[.director].principal
            let asking = Asking(client: client)
            for way in Way.allCases {
                let reader = try await world.signIn(.housekeeper), person = reader.principal.person
                let other = try await world.signIn(.colleague)
                async let stream = asking.send(.get, "/api/v1/events", as: reader)
                async let kept = asking.send(.get, "/api/v1/events", as: other)
                #expect(try await eventually(within: .seconds(60)) { wcc.streams.count == 2 })
                switch way {
                case .revoke:
                    let role = try await world.heldRole(of: person)
                    _ = try await wcc.accounts.revoke(role, of: person, by: director)
                case .close: _ = try await wcc.accounts.close(person, by: director)
                case .endSignIns: _ = try await wcc.accounts.endSignIns(of: person, by: director)
                case .endOwn:
                    let here = try #require(reader.principal.signIn)
                    try await wcc.accounts.end(here, by: reader.principal)
                }
                let ended = try await stream
                #expect(ended.text.contains("event: bye"), "\(way)")
                let again = try await asking.send(.get, "/api/v1/events", as: reader)
                #expect(again.status == .unauthorized, "\(way)")
                // Somebody else's goes on, until it is theirs that ends.
                #expect(wcc.streams.count == 1, "\(way)")
                _ = try await wcc.accounts.endSignIns(of: other.principal.person, by: director)
                _ = try await kept
                switch way {
                case .revoke:
                    _ = try await wcc.accounts.grant(
                        NewRole(.housekeeping, .home(world.home)), to: person, by: director)
                case .close: _ = try await wcc.accounts.reopen(person, by: director)
                case .endSignIns, .endOwn: break
                }
            }
        }
    }
}
