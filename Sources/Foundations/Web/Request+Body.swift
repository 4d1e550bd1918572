import HTTPTypes
import Hummingbird
import Kernel
import NIOCore

extension Request {
    /// All of the body, unless it is longer than a route reads.
    ///
    /// A body that ends before its announced length was cut off, and is nothing to act on.
    func bytes(upTo limit: Int) async throws -> [UInt8] {
        let announced = self.headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limit { throw Problem.tooLarge(limit) }
        var bytes: [UInt8] = []
        if let announced { bytes.reserveCapacity(announced) }
        for try await chunk in self.body {
            guard bytes.count + chunk.readableBytes <= limit else { throw Problem.tooLarge(limit) }
            bytes.append(contentsOf: chunk.readableBytesView)
        }
        if let announced, announced != bytes.count {
            throw Problem(.badRequest, "The request was cut off")
        }
        return bytes
    }

    /// For a route that takes no body.
    func refuseBody(upTo limit: Int) async throws {
        guard self.method.isUnsafe else { return }
        let bytes = try await self.bytes(upTo: 1_024)
        guard bytes.count <= limit, bytes.allSatisfy({ $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) else {
            throw Problem(.invalidRequest, "This takes no content")
        }
    }

    var isJSON: Bool { self.mediaType == "application/json" }
    var isForm: Bool { self.mediaType == "application/x-www-form-urlencoded" }

    /// What stands between the parts of a form that carries files; `nil` for any other body.
    var formBoundary: String? {
        self.headers[.contentType]?.wholeMatch(
            of: /multipart\/form-data; ?boundary="?([A-Za-z0-9'()+_,.\/:=?-]{1,70})"?/
        ).map { String($0.output.1) }
    }

    var mediaType: String? {
        guard let value = self.headers[.contentType] else { return nil }
        let parts = value.split(separator: ";", omittingEmptySubsequences: false).map { part in
            part.filter { !$0.isWhitespace }.lowercased()
        }
        // Both are UTF-8 here, whatever else a client would like.
        guard parts.dropFirst().allSatisfy({ $0 == "charset=utf-8" || $0 == "charset=\"utf-8\"" }) else { return nil }
        return parts.first
    }

    static let versionSchema = Schema(.string(.init(length: 3...20, alphabet: .entityTag)))

    /// The version in `If-Match`, as an `ETag` of ours has it.
    func version() throws(Problem) -> Int? {
        guard let text = self.headers[.ifMatch] else { return nil }
        guard Self.versionSchema.objection(toText: text) == nil, let version = Int(text.dropFirst().dropLast()) else {
            throw Problem(.badRequest, "An If-Match is one ETag that this server gave")
        }
        return version
    }
}

extension Problem {
    static func tooLarge(_ limit: Int) -> Problem {
        Problem(.tooLarge, "This is too large", detail: "The limit is \(limit) bytes.")
    }
}
