import Audit
import Foundation
import Images
import Kernel
import People
import Postgres
import TestKit
import Testing
import Web

/// Photos of residents: who puts one up, who sees it, and that what is taken down is gone.
@Suite(.database, .timeLimit(.minutes(5))) struct PhotosTests {
    let database = TestDatabase.current.open()
    private static let picture = TestPicture.jpeg()

    @Test(arguments: Role.allCases) func `whoever sees the page sees the face, and those who deal with it change it`(
        _ role: Role
    ) async throws {
        let kit = try await PeopleKit(self.database), organisation = kit.organisation
        let isCare = Role.management.contains(role) || Role.care.contains(role)
        let puts = Role.management.contains(role) || role == .registeredNurse || role == .seniorCarer
        let manager = try await organisation.hire(.registeredManager)
        for (reach, isInTeam) in [
            (Reach.home(organisation.rowan.id), false), (.home(organisation.harbour.id), true),
            (.home(organisation.harbour.id), false),
        ] {
            let asker = try await organisation.hire(role, reach)
            let edith = try await organisation.admit(team: isInTeam ? [asker] : [])
            let photo = try await kit.people.put(Self.picture, agreedBy: .resident, of: edith, by: manager).value
            let isHere = reach == .home(organisation.rowan.id), reaches = isInTeam || isHere
            let sees = reaches && isCare || isInTeam && Role.professionals.contains(role)
            let hidden: Problem.Kind = isInTeam ? .forbidden : .notFound
            for told in [
                await kit.kind {
                    _ = try await kit.people.face(of: edith, version: photo.version, isSmall: true, for: asker)
                },
                await kit.kind { _ = try await kit.people.photo(of: edith, for: asker) },
            ] { #expect(told == (sees ? nil : hidden), "\(role) \(reach)") }
            let flag = try await kit.people.flag(of: edith, for: asker)
            #expect((flag.photo != nil) == sees, "\(role) \(reach)")
            let refusal: Problem.Kind? = isHere && puts ? nil : sees ? .forbidden : hidden
            for told in [
                await kit.kind { _ = try await kit.people.preparePhoto(of: edith, for: asker) },
                await kit.kind {
                    _ = try await kit.people.put(Self.picture, agreedBy: .bestInterests, of: edith, by: asker)
                },
                await kit.kind { _ = try await kit.people.takeDownPhoto(of: edith, by: asker) },
            ] { #expect(told == refusal, "\(role) \(reach)") }
            // Nobody's file is looked at who may not send one.
            let told = await kit.kind {
                _ = try await kit.people.put([], agreedBy: .bestInterests, of: edith, by: asker)
            }
            #expect(told == refusal ?? .invalidRequest, "\(role) \(reach)")
        }
    }

    @Test func `a photo is in the record and the list, says who agreed, and is among the changes`() async throws {
        let kit = try await PeopleKit(self.database), edith = try await kit.organisation.admit()
        let sian = try await kit.organisation.hire(.seniorCarer, name: "Sian Griffiths")
        let manager = try await kit.organisation.hire(.registeredManager)
        #expect(try await kit.people.resident(edith, for: sian).resident.photo == nil)
        let photo = try await kit.people.put(Self.picture, agreedBy: .bestInterests, of: edith, by: sian).value
        #expect(photo.putUpBy.name == "Sian Griffiths" && photo.putUpAt == PeopleKit.now)
        let shown = try await kit.people.resident(edith, for: sian)
        #expect(shown.resident.photoVersion == photo.version && shown.version == photo.version)
        #expect(shown.resident.photo == "/residents/\(edith)/photo/\(photo.version)")
        #expect(try await kit.people.residents(for: sian).items.map(\.photoVersion) == [photo.version])
        #expect(try await kit.people.preparePhoto(of: edith, for: sian).photo == photo)
        _ = try await kit.people.takeDownPhoto(of: edith, from: photo.version, by: manager)
        let changes = try await kit.people.changes(of: edith, for: manager).items
        #expect(changes.map(\.by.id) == [manager.person, sian.person])
        #expect(
            changes.flatMap(\.steps).map { [$0.field.rawValue, $0.was, $0.became] } == [
                ["photo", "agreed to in their best interests", nil],
                ["photo", nil, "put up, agreed to in their best interests"],
            ])
    }

    @Test func `what is replaced or taken down is gone, and no address ever shows another face`() async throws {
        let kit = try await PeopleKit(self.database), edith = try await kit.organisation.admit()
        let nurse = try await kit.organisation.hire(.registeredNurse)
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        func kept() async throws -> Int {
            try await admin.read(
                as: .system("test"),
                "SELECT count(*) FROM people.photo WHERE tenant_id = \(kit.organisation.id.uuid)"
            ).first?.read("count") ?? 0
        }
        let first = try await kit.people.put(Self.picture, agreedBy: .resident, of: edith, by: nurse).value.version
        let face = try await kit.people.face(of: edith, version: first, isSmall: false, for: nurse)
        let other = TestPicture.png { _, _ in TestPicture.green }
        let second = try await kit.people.put(other, agreedBy: .resident, of: edith, from: first, by: nurse).value
            .version
        #expect(try await kept() == 1)
        #expect(try await kit.people.face(of: edith, version: second, isSmall: false, for: nurse) != face)
        _ = try await kit.people.takeDownPhoto(of: edith, from: second, by: nurse)
        #expect(try await kept() == 0)
        let third = try await kit.people.put(Self.picture, agreedBy: .resident, of: edith, from: 0, by: nurse).value
            .version
        #expect(first < second && second < third)
        for gone in [first, second, third + 1, 0] {
            let told = await kit.kind {
                _ = try await kit.people.face(of: edith, version: gone, isSmall: false, for: nurse)
            }
            #expect(told == .notFound)
        }
        await admin.shutDown()
    }

    @Test func `of two at once from the same page one is told, whatever they do`() async throws {
        let kit = try await PeopleKit(self.database)
        let nurse = try await kit.organisation.hire(.registeredNurse)
        for _ in 0..<8 {
            let edith = try await kit.organisation.admit()
            var seen = 0
            if Bool.random() {
                seen = try await kit.people.put(Self.picture, agreedBy: .resident, of: edith, by: nurse).value.version
            }
            let before = seen
            let told = await withTaskGroup(of: Problem.Kind?.self) { group in
                for number in 0..<3 {
                    group.addTask {
                        await kit.kind {
                            if before > 0, number == 0 {
                                _ = try await kit.people.takeDownPhoto(of: edith, from: before, by: nurse)
                            } else {
                                _ = try await kit.people.put(
                                    Self.picture, agreedBy: .resident, of: edith, from: before, by: nurse)
                            }
                        }
                    }
                }
                return await group.reduce(into: [Problem.Kind?]()) { $0.append($1) }
            }
            #expect(told.filter { $0 == nil }.count == 1)
            #expect(told.filter { $0 == .preconditionFailed }.count == 2)
        }
    }

    @Test func `the photo of somebody who has died stays, may be taken down, and is not replaced`() async throws {
        let kit = try await PeopleKit(self.database), visitor = try await kit.manager()
        let manager = visitor.principal
        let edith = try await kit.people.admit(try kit.details(), by: visitor).value.resident.id
        let photo = try await kit.people.put(Self.picture, agreedBy: .resident, of: edith, by: manager).value
        _ = try await kit.people.change(
            edith,
            to: try kit.details {
                $0.status = .died
                $0.diedOn = LocalDate("2026-11-20")
            }, by: visitor)
        #expect(try await kit.people.resident(edith, for: manager).resident.photoVersion == photo.version)
        let flag = try await kit.people.flag(of: edith, for: manager)
        #expect(flag.photo != nil)
        #expect(
            await kit.kind { _ = try await kit.people.put(Self.picture, agreedBy: .resident, of: edith, by: manager) }
                == .forbidden)
        _ = try await kit.people.takeDownPhoto(of: edith, by: manager)
        #expect(await kit.kind { _ = try await kit.people.takeDownPhoto(of: edith, by: manager) } == .notFound)
        #expect(await kit.kind { _ = try await kit.people.photo(of: edith, for: manager) } == .notFound)
    }

    @Test func `a photo of one resident is none of another’s, nor of another organisation’s`() async throws {
        let kit = try await PeopleKit(self.database), foreign = try await PeopleKit(self.database)
        let nurse = try await kit.organisation.hire(.registeredNurse)
        let stranger = try await foreign.organisation.hire(.registeredManager, .organisation)
        let edith = try await kit.organisation.admit(), ivy = try await kit.organisation.admit("Ivy Sugden")
        let photo = try await kit.people.put(Self.picture, agreedBy: .resident, of: edith, by: nurse).value
        for (resident, asker) in [(ivy, nurse), (edith, stranger)] {
            let told = await kit.kind {
                _ = try await kit.people.face(of: resident, version: photo.version, isSmall: true, for: asker)
            }
            #expect(told == .notFound)
        }
        #expect(await kit.kind { _ = try await kit.people.takeDownPhoto(of: edith, by: stranger) } == .notFound)
    }

    @Test func `what is no photo is refused at its field, and a busy maker says when to come back`() async throws {
        let kit = try await PeopleKit(self.database), edith = try await kit.organisation.admit()
        let nurse = try await kit.organisation.hire(.registeredNurse)
        for file in [Array("GIF89a".utf8), [], Array(Self.picture.prefix(700)), TestPicture.png(20, 20)] {
            #expect(
                await kit.refused {
                    _ = try await kit.people.put(file, agreedBy: .resident, of: edith, by: nurse)
                } == ["/photo"])
        }
        let busy = PeopleService(
            database: self.database, audit: Audit(), directory: PeopleDirectory(), portraits: PortraitMaker(limit: 0))
        await #expect(throws: PeopleError.photo(.busy)) {
            _ = try await busy.put(Self.picture, agreedBy: .resident, of: edith, by: nurse)
        }
        let problem = PeopleError.photo(.busy).problem
        #expect(problem.kind == .unavailable && problem.retryAfter == 2)
        #expect(PeopleError.photo(.tooLarge).problem.kind == .tooLarge)
        #expect(try await kit.people.resident(edith, for: nurse).version == 1)
    }
}
