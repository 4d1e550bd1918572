import FoundationEssentials
import Hummingbird
import Kernel
import NIOCore
import NIOHTTP1
import Postgres

extension Problem {
    init(describing error: any Error) {
        switch error {
        case let error as any ProblemConvertible:
            self = error.problem
        case is HTTPParserError:
            self.init(.badRequest, "The request was cut off or is not HTTP", cause: error)
        case let error as HTTPError:
            let kind = Kind.allCases.first { $0.status == error.status.code }
            self.init(
                kind ?? (error.status.code < 500 ? .badRequest : .internalFailure),
                error.body ?? error.status.reasonPhrase)
        case let error as DecodingError:
            self.init(
                .invalidRequest, "The request could not be read", violations: [Violation(error.pointer, error.hint)])
        case let error as PostgresError where error.isOverload:
            self.init(.unavailable, "Try again in a moment", retryAfter: 2, cause: error)
        default:
            self.init(.internalFailure, "Something went wrong", cause: error)
        }
    }

    /// The wire form of RFC 9457.
    func json(requestID: String) throws -> ByteBuffer {
        let document = ProblemDocument(
            type: "/problems/\(self.kind.rawValue)", title: self.title, status: self.kind.status, detail: self.detail,
            instance: "urn:request:\(requestID)",
            errors: self.violations.isEmpty ? nil : Array(self.violations.prefix(50)))
        return ByteBuffer(bytes: try JSONEncoder.wire.encode(document))
    }

    func document(requestID: String) throws -> Response {
        Response(
            status: .init(code: self.kind.status), headers: [.contentType: "application/problem+json"],
            body: .init(byteBuffer: try self.json(requestID: requestID)))
    }
}

private struct ProblemDocument: Encodable {
    let type: String
    let title: String
    let status: Int
    let detail: String?
    let instance: String
    let errors: [Problem.Violation]?
}

extension PostgresError {
    /// The request was fine, and may be fine again: in a moment, or when the database has its rights back.
    ///
    /// Without the right to write the audit nothing may be read or written, and that is nothing the caller did.
    fileprivate var isOverload: Bool { self.isTransient || self.code == .insufficientPrivilege }
}

extension DecodingError {
    private var context: Context? {
        switch self {
        case .keyNotFound(_, let context), .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            context
        @unknown default: nil
        }
    }
    fileprivate var pointer: String {
        var path = self.context?.codingPath.map(\.stringValue) ?? []
        if case .keyNotFound(let key, _) = self { path.append(key.stringValue) }
        return path.map { "/\($0)" }.joined()
    }
    fileprivate var hint: String {
        switch self {
        case .keyNotFound, .valueNotFound: "This is required"
        default: "This is not of the right kind"
        }
    }
}
