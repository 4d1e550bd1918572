import Foundation
import HTTPTypes
import Kernel
import TestKit
import Testing
import WriteCareConnect

/// What a search takes over HTTP, what it refuses, and what it never says aloud.
@Suite(.database, .timeLimit(.minutes(2))) struct SearchOverHTTPTests {
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]

    @Test func `the API refuses bad input at its field`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "searchapi")
            let long = String(repeating: "x", count: 201), many = Array(repeating: "tea", count: 17)
            for (body, status, pointer) in [
                (#"{}"#, 422, "/text"), (#"{"text":7}"#, 422, "/text"), (#"{"text":""}"#, 422, "/text"),
                (#"{"text":" "}"#, 422, "/text"), (#"{"text":"\#(long)"}"#, 422, "/text"),
                (#"{"text":"a\u0000b"}"#, 422, "/text"), (#"{"text":"the"}"#, 422, "/text"),
                (#"{"text":"-tea"}"#, 422, "/text"), (#"{"text":"\#(many.joined(separator: " "))"}"#, 422, "/text"),
                (#"{"text":"tea","conversation_id":"x"}"#, 422, "/conversation_id"),
                (#"{"text":"tea","resident_id":"x"}"#, 422, "/resident_id"),
                (#"{"text":"tea","author_id":"x"}"#, 422, "/author_id"),
                (#"{"text":"tea","from":"2026-02-30"}"#, 422, "/from"),
                (#"{"text":"tea","to":"tomorrow"}"#, 422, "/to"),
                (#"{"text":"tea","from":"2026-02-02","to":"2026-02-01"}"#, 422, "/to"),
                (#"{"text":"tea","is_unanswered":"yes"}"#, 422, "/is_unanswered"),
                (#"{"text":"tea","before":""}"#, 422, "/before"), (#"{"text":"tea","before":"x"}"#, 400, ""),
                (#"{"text":"tea","everything":true}"#, 422, "/everything"), (#"["tea"]"#, 422, ""),
                (#"{"text""#, 400, ""),
            ] {
                let answer = try await asking.send(
                    .post, "/api/v1/messages/search", [.contentType: "application/json"], body, as: world[.carer])
                #expect(answer.status.code == status, "\(body): \(answer.text)")
                #expect(
                    pointer.isEmpty || answer.text.contains("\"\(pointer)\"".replacing("/", with: "\\/"))
                        || answer.text.contains("\"\(pointer)\""), "\(body): \(answer.text)")
            }
        }
    }

    @Test func `the form comes back with what was wrong, and seals what was right`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "searchform")
            let scene = try await world.scene(), carer = world[.carer]
            let hidden = "csrf=\(carer.token)&key=\(UUID())"
            for (fields, wrong) in [
                ("text=", "#text"), ("text=+-+", "#text"), ("text=\(String(repeating: "x", count: 201))", "#text"),
                ("text=tea&from=x", "#from"), ("text=tea&to=x", "#to"),
                ("text=tea&from=2026-02-02&to=2026-02-01", "#to"),
            ] {
                let answer = try await asking.send(.post, "/search", Self.form, "\(fields)&\(hidden)", as: carer)
                #expect(answer.status == .unprocessableContent, "\(fields)")
                #expect(answer.text.contains("href=\"\(wrong)\""), "\(fields)")
            }
            for fields in ["text=tea&other=1", "text=tea&text=tea", "text=\(String(repeating: "x", count: 801))"] {
                let answer = try await asking.send(.post, "/search", Self.form, "\(fields)&\(hidden)", as: carer)
                #expect(answer.status == .unprocessableContent, "\(fields)")
            }
            // The longest that can be typed still fits in an address.
            let long = Array(repeating: "%F0%9F%91%82", count: 196).joined() + "+tea"
            let ids = "&conversation=\(scene.conversation)&resident=\(scene.resident)&author=\(scene.member)"
            let sent = try await asking.send(
                .post, "/search", Self.form, "text=\(long)\(ids)&from=2026-01-01&to=2026-12-31&\(hidden)", as: carer)
            #expect(sent.status == .seeOther)
            let address = try #require(sent.headers[.location])
            #expect(address.hasPrefix("/search?s="))
            #expect(try await asking.send(.get, address, [.accept: "text/html"], as: carer).status == .ok)
        }
    }

    @Test func `what was looked for is in no address, and opens for nobody else`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "searchseal")
            _ = try await world.scene()
            let carer = world[.carer], nurse = world[.nurse]
            let sent = try await asking.send(
                .post, "/search", Self.form, "text=\(world.mark)+said&csrf=\(carer.token)&key=\(UUID())", as: carer)
            let address = try #require(sent.headers[.location])
            #expect(sent.status == .seeOther && !"\(sent.head)\(sent.text)".contains(world.mark))
            let found = try await asking.send(.get, address, [.accept: "text/html"], as: carer)
            #expect(found.text.contains("<mark>\(world.mark)</mark> has <mark>said</mark> this"))
            for (someone, path) in [(nurse, address), (carer, "\(address)A"), (carer, "/search?s=x")] {
                let other = try await asking.send(.get, path, [.accept: "text/html"], as: someone)
                #expect(other.status == .ok && other.text.contains("A search ends with the sign-in that began it"))
                #expect(!other.text.contains("<mark>"))
            }
            let again = try await world.signIn(.carer)
            let later = try await asking.send(.get, address, [.accept: "text/html"], as: again)
            #expect(!later.text.contains("<mark>"))
            let bad = try await asking.send(.get, "\(address)&before=x", [.accept: "text/html"], as: carer)
            #expect(bad.status == .badRequest)
            let gone = try await asking.send(
                .get, "/search?conversation=\(UUID().uuidString.lowercased())", [.accept: "text/html"], as: carer)
            #expect(gone.status == .notFound)
        }
    }
}
