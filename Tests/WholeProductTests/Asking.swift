import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import TestKit
import Web
import WriteCareConnect

/// What came back.
struct Answer: Sendable {
    let status: HTTPResponse.Status
    let headers: HTTPFields
    let text: String

    /// What the logs and the audit call the request.
    var request: String? { HTTPField.Name("X-Request-Id").flatMap { self.headers[$0] } }

    /// Every byte of it but those that differ between two equal answers: the request's name and trace, and a nonce.
    var comparable: String {
        var text = "\(self.status.code)\n\(self.head)\n\(self.text)"
        for name in ["X-Request-Id", "traceresponse"] {
            if let value = HTTPField.Name(name).flatMap({ self.headers[$0] }) {
                text = text.replacingOccurrences(of: value, with: name)
            }
        }
        if let nonce = self.headers[.contentSecurityPolicy]?.firstMatch(of: /nonce-([^']+)/)?.output.1 {
            text = text.replacingOccurrences(of: nonce, with: "nonce")
        }
        return text
    }

    var head: String {
        self.headers.filter { $0.name != .date }.map { "\($0.name): \($0.value)" }.sorted().joined(separator: "\n")
    }
}

/// Sends requests as a browser that somebody is signed in with, or as a program.
struct Asking: Sendable {
    let client: any TestClientProtocol

    func ask(_ sample: Sample, _ scene: Scene, as someone: Someone?) async throws -> Answer {
        var headers = HTTPFields()
        if sample.isPage { headers[.accept] = "text/html" }
        var body: String?
        switch sample.body {
        case .none: if sample.isUnsafe, !sample.isPage { headers.set("Idempotency-Key", UUID().uuidString) }
        case .json(let make):
            headers[.contentType] = "application/json"
            headers.set("Idempotency-Key", UUID().uuidString)
            body = make(scene, someone)
        case .form(let make):
            headers[.contentType] = "application/x-www-form-urlencoded"
            let hidden = [("csrf", someone?.token ?? "none"), ("key", UUID().uuidString)]
            body = (make(scene, someone) + hidden).map { "\($0)=\(Self.escaped($1))" }.joined(separator: "&")
        }
        return try await self.send(sample.method, sample.path(scene, someone), headers, body, as: someone)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], _ body: String? = nil,
        as someone: Someone?
    ) async throws -> Answer {
        var headers = headers
        if let someone { headers[.cookie] = someone.cookie }
        if method != .get { headers.set("Sec-Fetch-Site", "same-origin") }
        let response = try await self.client.executeRequest(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        return Answer(status: response.status, headers: response.headers, text: String(buffer: response.body))
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

extension HTTPFields {
    fileprivate mutating func set(_ name: String, _ value: String) {
        if let name = HTTPField.Name(name) { self[name] = value }
    }
}

/// The whole product, with streams that end by themselves soon enough to be compared like any answer.
func withProduct<Value: Sendable>(
    _ body: @escaping @Sendable (Asking, WriteCareConnect) async throws -> Value
) async throws -> Value {
    var streams = LiveStreams.Settings()
    streams.poll = .milliseconds(100)
    streams.heartbeat = .milliseconds(100)
    streams.age = .milliseconds(150)
    return try await withApp(streams: streams) { client, wcc in try await body(Asking(client: client), wcc) }
}
