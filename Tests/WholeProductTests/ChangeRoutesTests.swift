import Foundation
import HTTPTypes
import Kernel
import Messages
import TestKit
import Testing
import WriteCareConnect

/// Changing a message over HTTP: which version one has seen, and what each field may not be.
@Suite(.database, .timeLimit(.minutes(2))) struct ChangeRoutesTests {
    private static func headers(_ type: String, seen version: String? = nil) throws -> HTTPFields {
        var headers: HTTPFields = [.contentType: type, .accept: type.hasSuffix("json") ? "*/*" : "text/html"]
        headers[try #require(HTTPField.Name("Idempotency-Key"))] = UUID().uuidString
        headers[.ifMatch] = version
        return headers
    }

    @Test func `whoever has seen another version changes and answers nothing`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "changeseen")
            let scene = try await world.scene(), nurse = world[.nurse]
            let path = "/api/v1/messages/conversations/\(scene.conversation)/messages/\(scene.message)"
            func send(_ method: HTTPRequest.Method, _ path: String, _ body: String?, seen: String?, by part: Part)
                async throws -> Answer
            {
                try await asking.send(
                    method, path, Self.headers("application/json", seen: seen), body, as: world[part])
            }
            let first = try await send(.put, path, #"{"body":"Two"}"#, seen: #""1""#, by: .nurse)
            #expect(first.status == .ok && first.headers[.eTag] == #""2""#)
            for (method, path, body, part) in [
                (HTTPRequest.Method.put, path, #"{"body":"Three"}"#, Part.nurse), (.delete, path, nil, .nurse),
                (.post, "\(path)/acknowledgement", nil, .carer),
            ] {
                let stale = try await send(method, path, body, seen: #""1""#, by: part)
                #expect(stale.status == .preconditionFailed && stale.text.contains("/problems/precondition-failed"))
                let nonsense = try await send(method, path, body, seen: "two", by: part)
                #expect(nonsense.status == .badRequest)
            }
            let answer = try await send(.post, "\(path)/acknowledgement", nil, seen: #""2""#, by: .carer)
            #expect(answer.status == .ok)
            let late = try await send(.put, path, #"{"body":"Three"}"#, seen: #""2""#, by: .nurse)
            #expect(late.status == .conflict && late.text.contains("acknowledged"))
            let gone = try await send(.delete, path, nil, seen: #""2""#, by: .nurse)
            #expect(gone.status == .ok && gone.text.contains(#""removed""#) && gone.headers[.eTag] == #""3""#)
            let thread = try await wcc.messages.read(scene.conversation, by: nurse.principal)
            #expect(thread.messages.map(\.body) == [""])
        }
    }

    @Test(arguments: [
        ("PUT", "", #"{"body":""}"#, Part.nurse), ("PUT", "", #"{"body":"   "}"#, .nurse), ("PUT", "", "{}", .nurse),
        ("PUT", "", #"{"body":1}"#, .nurse), ("PUT", "", #"{"body":"x","mentions":["nobody"]}"#, .nurse),
        ("PUT", "", #"{"body":"x","mentions":["0190a1b2-0000-7000-8000-000000000000"]}"#, .nurse),
        ("PUT", "", #"{"body":"x","urgency":"urgent"}"#, .nurse),
        ("POST", "/removal", #"{"reason":""}"#, .manager), ("POST", "/removal", #"{"reason":" "}"#, .manager),
        ("POST", "/removal", "{}", .manager), ("POST", "/removal", #"{"reason":null}"#, .manager),
        ("PUT", "/tags", #"{"tags":["weather"]}"#, .carer), ("PUT", "/tags", #"{"tags":"skin"}"#, .carer),
        ("PUT", "/tags", "{}", .carer), ("POST", "/reactions", #"{"reaction":"shrug","is_given":true}"#, .carer),
        ("POST", "/reactions", #"{"reaction":"heart"}"#, .carer),
        ("POST", "/reactions", #"{"reaction":"heart","is_given":"yes"}"#, .carer),
    ])
    func `what is badly said is refused at its field`(
        _ method: String, _ below: String, _ body: String, _ part: Part
    ) async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "changebad")
            let scene = try await world.scene()
            let path = "/api/v1/messages/conversations/\(scene.conversation)/messages/\(scene.message)\(below)"
            let answer = try await asking.send(
                try #require(HTTPRequest.Method(method)), path, Self.headers("application/json"), body,
                as: world[part])
            #expect(answer.status == .unprocessableContent && answer.text.contains("pointer"), "\(answer.text)")
            let thread = try await wcc.messages.read(scene.conversation, by: world[.nurse].principal)
            #expect(thread.messages.first?.version == 1 && thread.messages.first?.reactions == [])
            #expect(thread.messages.first?.tags == [])
        }
    }

    @Test(arguments: [
        ("edit", "body=x&version=first", Part.nurse), ("edit", "body=x&version=-1", .nurse),
        ("retract", "version=0", .nurse), ("acknowledgement", "version=99999999999999999999", .carer),
        ("reactions", "give=shrug", .carer), ("reactions", "", .carer),
        ("reactions", "give=heart&take_back=heart", .carer), ("reactions", "give=heart&give=question", .carer),
        ("tags", "tags=weather", .carer), ("tags", "tag=skin", .carer), ("remove", "reason=+", .manager),
        ("remove", "", .manager), ("edit", "body=x&urgency=routine", .nurse),
    ])
    func `a form that is not ours changes nothing`(_ below: String, _ fields: String, _ part: Part) async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "changeform")
            let scene = try await world.scene(), someone = world[part]
            let answer = try await asking.send(
                .post, "/messages/\(scene.conversation)/messages/\(scene.message)/\(below)",
                Self.headers("application/x-www-form-urlencoded"),
                "\(fields)\(fields.isEmpty ? "" : "&")csrf=\(someone.token)&key=\(UUID())", as: someone)
            #expect(answer.status == .unprocessableContent, "\(answer.text)")
            let message = try await wcc.messages.read(scene.conversation, by: world[.nurse].principal).messages.first
            #expect(message?.version == 1 && message?.reactions == [] && message?.acknowledgements.map(\.at) == [nil])
        }
    }
}
