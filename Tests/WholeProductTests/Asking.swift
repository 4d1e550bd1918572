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
        var body: ByteBuffer?
        switch sample.body {
        case .none: if sample.isUnsafe, !sample.isPage { headers.set("Idempotency-Key", UUID().uuidString) }
        case .json(let make):
            headers[.contentType] = "application/json"
            headers.set("Idempotency-Key", UUID().uuidString)
            body = ByteBuffer(string: make(scene, someone))
        case .form(let make):
            headers[.contentType] = "application/x-www-form-urlencoded"
            body = ByteBuffer(
                string: (make(scene, someone) + Self.hidden(someone)).map { "\($0)=\(Self.escaped($1))" }
                    .joined(separator: "&"))
        case .upload(let make):
            headers[.contentType] = Self.multipart
            body = Self.multipart(make(scene, someone) + Self.hidden(someone), photo: TestPicture.any)
        case .photo(let more):
            headers[.contentType] = "image/png"
            headers.set("Idempotency-Key", UUID().uuidString)
            for (name, value) in more { headers.set(name, value) }
            body = ByteBuffer(bytes: TestPicture.any)
        }
        return try await self.send(sample.method, sample.path(scene, someone), headers, bytes: body, as: someone)
    }

    static func hidden(_ someone: Someone?) -> [(String, String)] {
        [("csrf", someone?.token ?? "none"), ("key", UUID().uuidString)]
    }

    static let multipart = "multipart/form-data; boundary=----WebKitFormBoundaryAbc123"

    /// A form as a browser writes it that has a file to send.
    static func multipart(_ fields: [(String, String)], photo: [UInt8]) -> ByteBuffer {
        var body = ByteBuffer()
        for (name, value) in fields {
            body.writeString(
                "------WebKitFormBoundaryAbc123\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
            )
        }
        body.writeString(
            "------WebKitFormBoundaryAbc123\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"Edie.png\"\r\n"
                + "Content-Type: image/png\r\n\r\n")
        body.writeBytes(photo)
        body.writeString("\r\n------WebKitFormBoundaryAbc123--\r\n")
        return body
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], _ body: String? = nil,
        as someone: Someone?
    ) async throws -> Answer {
        try await self.send(method, path, headers, bytes: body.map { ByteBuffer(string: $0) }, as: someone)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields, bytes: ByteBuffer?, as someone: Someone?
    ) async throws -> Answer {
        var headers = headers
        if let someone { headers[.cookie] = someone.cookie }
        if method != .get { headers.set("Sec-Fetch-Site", "same-origin") }
        let response = try await self.client.executeRequest(
            uri: path, method: method, headers: headers, body: bytes)
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
