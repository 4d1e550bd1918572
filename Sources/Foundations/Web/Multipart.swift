import Kernel

/// Reads `multipart/form-data` (RFC 7578) as browsers write it, strictly.
///
/// Text before the first part, other headers, nested parts and another ending are refused rather than guessed at. The
/// name of a file is not kept: nobody needs it, and it may be somebody's.
struct Multipart: Sendable {
    struct File: Sendable {
        let name: String
        let bytes: [UInt8]
    }

    private(set) var pairs: [URLEncoded.Pair] = []
    private(set) var files: [File] = []

    static let mostParts = 100
    private static let mostHeaderBytes = 2_048

    /// - Parameters:
    ///   - body: All of it.
    ///   - boundary: What the request's `Content-Type` says stands between the parts.
    /// - Throws: `badRequest` for anything that no browser writes.
    init(_ body: [UInt8], boundary: String) throws(Problem) {
        let dashes = Array("--\(boundary)".utf8)
        guard body.starts(with: dashes) else { throw Self.refusal }
        var rest = body.dropFirst(dashes.count)
        let separator = [0x0D, 0x0A] + dashes
        var count = 0
        while !Self.isEnd(rest) {
            count += 1
            guard count <= Self.mostParts, rest.starts(with: Self.lineEnd) else { throw Self.refusal }
            rest = rest.dropFirst(2)
            guard let head = Self.range(of: Self.lineEnd + Self.lineEnd, in: rest.prefix(Self.mostHeaderBytes)),
                let end = Self.range(of: separator, in: rest[head.upperBound...])
            else { throw Self.refusal }
            try self.add(rest[rest.startIndex..<head.lowerBound], Array(rest[head.upperBound..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
    }

    private mutating func add(_ head: ArraySlice<UInt8>, _ content: [UInt8]) throws(Problem) {
        guard let text = String(validating: head, as: UTF8.self), !text.utf8.contains(0) else { throw Self.refusal }
        var disposition: String?
        // To Swift, the two that end a line are one character.
        for line in text.split(separator: "\r\n" as Character, omittingEmptySubsequences: false) {
            let parts = line.split(separator: ": ", maxSplits: 1)
            guard parts.count == 2, let name = parts.first?.lowercased(), let value = parts.last else {
                throw Self.refusal
            }
            switch name {
            case "content-disposition" where disposition == nil: disposition = String(value)
            // The browser's guess from the name of the file; what it is, its bytes say.
            case "content-type": break
            default: throw Self.refusal
            }
        }
        // What is not ASCII in a name, a browser writes as it is; a quote in it as %22.
        guard
            let parts = disposition?.wholeMatch(
                of: /form-data; name="([A-Za-z0-9_-]{1,60})"(; filename="[^"\r\n]*")?/)
        else { throw Self.refusal }
        let name = String(parts.output.1)
        if parts.output.2 != nil { return self.files.append(File(name: name, bytes: content)) }
        guard !content.contains(0), let value = String(validating: content, as: UTF8.self) else { throw Self.refusal }
        self.pairs.append(.init(name: name, value: value))
    }

    private static let lineEnd: [UInt8] = [0x0D, 0x0A]
    private static var refusal: Problem { Problem(.badRequest, "This was not written as a browser writes it") }

    /// What follows the last separator: two hyphens, and perhaps the end of a line.
    private static func isEnd(_ rest: ArraySlice<UInt8>) -> Bool {
        rest.elementsEqual([0x2D, 0x2D]) || rest.elementsEqual([0x2D, 0x2D, 0x0D, 0x0A])
    }

    private static func range(of wanted: [UInt8], in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        guard let first = wanted.first else { return nil }
        var from = bytes.startIndex
        while let start = bytes[from...].firstIndex(of: first) {
            if bytes[start...].starts(with: wanted) { return start..<start + wanted.count }
            from = start + 1
        }
        return nil
    }
}
