import Foundation
import HTTPTypes
import Kernel
import People
import TestKit
import Testing
import Web

/// What was read has a version; whoever writes from an older one is told, and nothing is lost.
@Suite(.database, .timeLimit(.minutes(2))) struct VersionTests {
    private func headers(_ version: String?) -> HTTPFields {
        var headers: HTTPFields = [.contentType: "application/json"]
        if let version { headers[.ifMatch] = version }
        return headers
    }

    @Test func `a resident and a contact are changed from the version that was read, or not at all`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "version"), manager = world[.manager]
            let sample = try #require(Sample.contacts.first { $0.isUnsafe })
            let scene = try await world.scene(for: sample)
            let resident = "/api/v1/people/residents/\(scene.resident)"
            let read = try await asking.send(.get, resident, as: manager)
            #expect(read.headers[.eTag] == "\"1\"")
            let details = #"""
                {"full_name":"Anybody","home_id":"\#(scene.home)","room":"%","status":"current","moved_in_on":"2026-02-02"}
                """#
            let contact = #"{"full_name":"%","relationship":"child","is_emergency":false,"authority":"none"}"#
            for (path, body) in [(resident, details), ("\(resident)/contacts/\(scene.contact)", contact)] {
                func put(_ text: String, from version: String?) async throws -> Answer {
                    try await asking.send(
                        .put, path, self.headers(version), body.replacing("%", with: text), as: manager)
                }
                let first = try await put("one", from: "\"1\"")
                #expect(first.status == .ok && first.headers[.eTag] == "\"2\"", "\(first.text)")
                let stale = try await put("two", from: "\"1\"")
                #expect(stale.status == .preconditionFailed && stale.text.contains("precondition-failed"))
                for nonsense in ["1", "*", "\"x\"", "W/\"1\"", "\"1\", \"2\"", "\"99999999999999999999\""] {
                    #expect(try await put("three", from: nonsense).status == .badRequest, "\(nonsense)")
                }
                // A program that means to overwrite says so by saying nothing.
                let blunt = try await put("four", from: nil)
                #expect(blunt.status == .ok && blunt.headers[.eTag] == "\"3\"")
            }
        }
    }

    @Test func `a page shows what was typed beside what is there now`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "stalepage"), manager = world[.manager]
            let sample = try #require(Sample.residents.first { $0.route == "POST /residents/{resident}/edit" })
            let scene = try await world.scene(for: sample)
            #expect(try await asking.ask(sample, scene, as: manager).status == .seeOther)
            let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]
            let typed = "full_name=Typed&place=\(scene.home)&room=99&moved_in_on=2026-02-02&status=current&version=1"
            let path = "/residents/\(scene.resident)/edit"
            let stale = try await asking.send(
                .post, path, form, "\(typed)&csrf=\(manager.token)&key=\(UUID())", as: manager)
            #expect(stale.status == .preconditionFailed)
            for text in [
                #"value="Typed""#, "</strong> Anybody", #"value="99""#, "</strong> 7", #"name="version" value="2""#,
            ] {
                #expect(stale.text.contains(text), "\(text)")
            }
            // Sent once more, from what is there now, it is what was meant.
            let again = typed.replacing("version=1", with: "version=2")
            let saved = try await asking.send(
                .post, path, form, "\(again)&csrf=\(manager.token)&key=\(UUID())", as: manager)
            #expect(saved.status == .seeOther)
            let record = try await wcc.people.resident(scene.resident, for: manager.principal)
            #expect(record.resident.fullName == "Typed" && record.version == 3)
        }
    }
}
