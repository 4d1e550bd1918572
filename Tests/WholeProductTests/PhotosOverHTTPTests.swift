import Foundation
import HTTPTypes
import Kernel
import NIOCore
import People
import TestKit
import Testing
import WriteCareConnect

/// Photos as browsers and programs send and get them.
@Suite(.database, .timeLimit(.minutes(3))) struct PhotosOverHTTPTests {
    private func put(
        _ asking: Asking, _ path: String, _ bytes: [UInt8], type: String? = "image/png", consent: String? = "resident",
        version: String? = nil, as someone: Someone
    ) async throws -> Answer {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.ifMatch] = version
        headers[try #require(HTTPField.Name("WCC-Agreed-By"))] = consent
        return try await asking.send(.put, path, headers, bytes: ByteBuffer(bytes: bytes), as: someone)
    }

    @Test func `a program puts a photo up, sees it and takes it down, by its version`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "photos"), nurse = world[.nurse]
            let path = "/api/v1/people/residents/\(world.resident)/photo"
            let first = try await self.put(asking, path, TestPicture.any, as: nurse)
            #expect(first.status == .ok && first.text.contains(#""agreed_by":"resident""#), "\(first.text)")
            let tag = try #require(first.headers[.eTag])
            let shown = try await asking.send(.get, path, as: world[.carer])
            #expect(shown.headers[.contentType] == "image/jpeg" && shown.headers[.eTag] == tag)
            let second = try await self.put(
                asking, path, TestPicture.jpeg(), type: "image/jpeg", consent: "best_interests", version: tag, as: nurse
            )
            #expect(second.status == .ok && second.headers[.eTag] != tag)
            for old in [tag, "\"0\""] {
                let stale = try await self.put(asking, path, TestPicture.any, version: old, as: nurse)
                #expect(stale.status == .preconditionFailed)
                let kept = try await asking.send(.delete, path, [.ifMatch: old], as: nurse)
                #expect(kept.status == .preconditionFailed)
            }
            #expect(try await asking.send(.delete, path, as: nurse).status == .noContent)
            #expect(try await asking.send(.get, path, as: nurse).status == .notFound)
            #expect(try await asking.send(.delete, path, as: nurse).status == .notFound)
        }
    }

    @Test func `what is wrong with what a program sends is said at its place`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "photofaults"), nurse = world[.nurse]
            let path = "/api/v1/people/residents/\(world.resident)/photo"
            let png = TestPicture.any
            for (bytes, type, consent, status, words) in [
                (png, "image/png", nil, 422, "/WCC-Agreed-By"), (png, "image/png", "nobody", 422, "/WCC-Agreed-By"),
                (png, "image/heic", "resident", 415, "image/jpeg or image/png"),
                (png, "application/json", "resident", 415, "image/jpeg or image/png"),
                (png, nil, "resident", 415, "image/jpeg or image/png"),
                (png, "image/png; charset=utf-8; x=y", "resident", 415, "image/jpeg or image/png"),
                (png, "image/jpeg", "resident", 422, "not what its Content-Type says"),
                (Array("GIF89a".utf8), "image/png", "resident", 422, "neither JPEG nor PNG"),
                (Array("\0\0\0\u{18}ftypheic\0\0\0\0".utf8), "image/jpeg", "resident", 422, "HEIC"),
                ([], "image/png", "resident", 422, "not a picture"),
                (Array(png.prefix(90)), "image/png", "resident", 422, "damaged"),
                (TestPicture.png(65_500, 65_500, kind: 2, rows: []), "image/png", "resident", 422, "too many pixels"),
                ([UInt8](repeating: 7, count: 8 * 1024 * 1024 + 1), "image/png", "resident", 413, "too large"),
            ] as [([UInt8], String?, String?, Int, String)] {
                let answer = try await self.put(asking, path, bytes, type: type, consent: consent, as: nurse)
                #expect(answer.status.code == status && answer.text.contains(words), "\(words): \(answer.text)")
                #expect(answer.headers[.contentType] == "application/problem+json")
            }
            let resident = try await asking.send(.get, "/api/v1/people/residents/\(world.resident)", as: nurse)
            #expect(resident.text.contains("\"photo_version\":\(world.photo)"))
        }
    }

    @Test func `the same request has its effect once, and another photo under its key is refused`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "photoonce"), nurse = world[.nurse]
            let path = "/api/v1/people/residents/\(world.resident)/photo"
            var headers: HTTPFields = [.contentType: "image/png"]
            headers[try #require(HTTPField.Name("Idempotency-Key"))] = "0123456789abcdef"
            let consent = try #require(HTTPField.Name("WCC-Agreed-By"))
            headers[consent] = "resident"
            let body = ByteBuffer(bytes: TestPicture.any)
            let first = try await asking.send(.put, path, headers, bytes: body, as: nurse)
            let again = try await asking.send(.put, path, headers, bytes: body, as: nurse)
            #expect(first.status == .ok && again.status == .ok && again.headers[.eTag] == first.headers[.eTag])
            let other = ByteBuffer(bytes: TestPicture.png(130, 130))
            #expect(try await asking.send(.put, path, headers, bytes: other, as: nurse).status == .unprocessableContent)
            headers[consent] = "best_interests"
            #expect(try await asking.send(.put, path, headers, bytes: body, as: nurse).status == .unprocessableContent)
        }
    }

    @Test func `a page shows the picture, which runs nothing and is kept nowhere`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "photopage"), carer = world[.carer]
            let address = "/residents/\(world.resident)/photo/\(world.photo)"
            for page in ["/residents", "/residents/\(world.resident)", "/today"] {
                let answer = try await asking.send(.get, page, [.accept: "text/html"], as: carer)
                #expect(answer.text.contains("src=\"\(address)"), "\(page)")
            }
            for path in [address, "\(address)?size=small"] {
                let answer = try await asking.send(.get, path, [.accept: "image/avif,image/*"], as: carer)
                #expect(answer.status == .ok && answer.headers[.contentType] == "image/jpeg")
                #expect(answer.headers[.cacheControl] == "private, no-store")
                #expect(answer.headers[.xContentTypeOptions] == "nosniff")
                #expect(answer.headers[.contentSecurityPolicy]?.hasSuffix("; sandbox") == true)
            }
            for (path, status) in [
                ("\(address)9", 404), ("/residents/\(world.resident)/photo/x", 404),
                ("/residents/\(world.otherResident)/photo/\(world.photo)", 404), ("\(address)?size=huge", 400),
            ] {
                #expect(try await asking.send(.get, path, as: carer).status.code == status, "\(path)")
            }
        }
    }

    @Test func `what is wrong with a form is said beside its fields, and the choice is kept`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "photoform"), nurse = world[.nurse]
            let path = "/residents/\(world.resident)/photo"
            let headers: HTTPFields = [.contentType: Asking.multipart, .accept: "text/html"]
            let version = ("version", "\(world.photo)")
            for (fields, photo, status, words) in [
                ([version], [], 422, "Choose a photo"), ([version], TestPicture.any, 422, "Say who agreed to it"),
                ([version, ("agreed_by", "resident")], [], 422, "Choose a photo"),
                ([version, ("agreed_by", "resident")], Array("<svg/>".utf8), 422, "neither JPEG nor PNG"),
                ([version, ("agreed_by", "resident")], [UInt8](repeating: 1, count: 9_000_000), 413, "8 MB at most"),
                ([("version", "0"), ("agreed_by", "resident")], TestPicture.any, 412, "Somebody changed the photo"),
                ([("version", "x"), ("agreed_by", "resident")], TestPicture.any, 412, "Somebody changed the photo"),
            ] as [([(String, String)], [UInt8], Int, String)] {
                let answer = try await asking.send(
                    .post, path, headers, bytes: Asking.multipart(fields + Asking.hidden(nurse), photo: photo),
                    as: nurse)
                #expect(answer.status.code == status && answer.text.contains(words), "\(words)")
                #expect(answer.text.contains("value=\"resident\" checked") == (fields.count == 2), "\(words)")
            }
            let plain = try await asking.send(
                .post, path, [.contentType: "application/x-www-form-urlencoded"], "version=1", as: nurse)
            #expect(plain.status == .unsupportedMediaType)
            let unsigned = try await asking.send(
                .post, path, headers, bytes: Asking.multipart([("csrf", "x"), ("key", "y")], photo: []), as: nurse)
            #expect(unsigned.status == .forbidden)
        }
    }
}
