/// The names under which something may be logged, and what each may look like.
///
/// This is what keeps people's data out of the logs: a value is written only under a name on this list, and only if it
/// has the form that the name promises; a name, a message or an address has none of these forms. Anything else is
/// written as `"redacted"`. Add a key here when you log something new; a test finds the ones you forgot.
package struct LogKey: Sendable {
    package enum Form: Sendable {
        /// Sixteen or more hexadecimal digits and hyphens: a UUID, a request id, a trace id.
        case identifier
        /// A number; durations are in milliseconds.
        case number
        /// A word from this program's source, such as `messages.deliver` or `POST`.
        case code
        /// A path of words and `{parameters}`, never one that was requested.
        case route
        /// A migration's id: `2026-11-22T1060 messages`.
        case migration
        /// SQL from this program's source; what is between quotes is left out, and values are never in it.
        case statement
    }

    package let name: String
    package let form: Form
    /// As it is called in the line.
    let field: [UInt8]

    private init(_ name: String, _ form: Form, as field: String? = nil) {
        self.name = name
        self.form = form
        self.field = Array((field ?? name.replacing(".", with: "_")).utf8)
    }

    package static let all: [LogKey] = [
        LogKey("hb.request.id", .identifier, as: "request_id"),
        LogKey("request.id", .identifier),
        LogKey("trace.id", .identifier),
        LogKey("span.id", .identifier),
        LogKey("trace.parent", .identifier),
        LogKey("caller.request.id", .identifier),

        LogKey("organisation.id", .identifier),
        LogKey("person.id", .identifier),
        LogKey("account.id", .identifier),
        LogKey("sign_in.id", .identifier),
        LogKey("home.id", .identifier),
        LogKey("object.id", .identifier),
        LogKey("resident.id", .identifier),
        LogKey("conversation.id", .identifier),
        LogKey("message.id", .identifier),
        LogKey("address.hash", .identifier),
        LogKey("subject.hash", .identifier),
        LogKey("id", .identifier),

        LogKey("method", .code),
        LogKey("route", .route),
        LogKey("status", .number),
        LogKey("duration", .number, as: "duration_ms"),
        LogKey("wait", .number, as: "wait_ms"),
        LogKey("bytes", .number),
        LogKey("bytes.received", .number),
        LogKey("bytes.sent", .number),
        LogKey("rows", .number),
        LogKey("count", .number),
        LogKey("limit", .number),
        LogKey("port", .number),
        LogKey("pid", .number),
        LogKey("attempt", .number),
        LogKey("round", .number),
        LogKey("sequence", .number),

        LogKey("job", .identifier, as: "job_id"),
        LogKey("job.id", .identifier),
        LogKey("kind", .code),
        LogKey("reason", .code),
        LogKey("outcome", .code),
        LogKey("code", .code),
        LogKey("rule", .code),
        LogKey("component", .code),
        LogKey("state", .code),
        LogKey("stream", .code),
        LogKey("signal", .code),
        LogKey("service", .code),
        LogKey("migration", .migration),
        LogKey("statement", .statement),
        LogKey("milliseconds", .number),
        LogKey("act", .code),
        LogKey("permission", .code),
    ]

    static let byName = Dictionary(Self.all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}

extension LogKey.Form {
    /// Whether a text has the form; what has not may be anybody's.
    func fits(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch self {
        case .identifier: (16...128).contains(text.count) && text.allSatisfy(\.isIdentifier)
        case .number: Self.isNumber(text)
        case .code: Self.isCode(text)
        case .route: Self.isRoute(text)
        case .migration: Self.isMigration(text)
        case .statement: (1...4_000).contains(text.count) && text.allSatisfy { 0x20..<0x7F ~= $0 }
        }
    }

    /// In small letters and begun by one, or all in capitals.
    private static func isCode(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        if text.first?.isLowercaseLetter == true { return text.count <= 64 && text.allSatisfy(\.isCode) }
        return (2...16).contains(text.count) && text.allSatisfy(\.isCapitalLetter)
    }

    private static func isMigration(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let pattern = Array("0000-00-00T0000 ".utf8)
        return (17...80).contains(text.count) && zip(text, pattern).allSatisfy { $1.isDigit ? $0.isDigit : $0 == $1 }
            && text.dropFirst(pattern.count).allSatisfy { $0.isCode || $0 == UInt8(ascii: " ") }
    }

    /// What JSON takes as a number, and short.
    private static func isNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var rest = text[...]
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let whole = rest.prefix(while: \.isDigit)
        let isWhole = (1...18).contains(whole.count) && (whole.count == 1 || whole.first != UInt8(ascii: "0"))
        rest = rest.dropFirst(whole.count)
        if rest.isEmpty { return isWhole }
        guard isWhole, rest.first == UInt8(ascii: ".") else { return false }
        return (2...10).contains(rest.count) && rest.dropFirst().allSatisfy(\.isDigit)
    }

    /// Segments of lower case letters, or one parameter's name; a digit only in `v1`.
    private static func isRoute(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        if text.elementsEqual("none".utf8) || text.elementsEqual("NotFound".utf8) { return true }
        guard text.count <= 160, text.first == UInt8(ascii: "/") else { return false }
        return text.split(separator: UInt8(ascii: "/")).allSatisfy { segment in
            if segment.first == UInt8(ascii: "{") {
                return segment.last == UInt8(ascii: "}") && segment.dropFirst().dropLast().allSatisfy(\.isCode)
            }
            let isVersion = segment.count == 2 && segment.first == UInt8(ascii: "v") && segment.last?.isDigit == true
            return isVersion
                || segment.allSatisfy {
                    $0.isLowercaseLetter || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                        || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "*")
                }
        }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
    fileprivate var isLowercaseLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self }
    fileprivate var isCapitalLetter: Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self }
    fileprivate var isIdentifier: Bool {
        self.isDigit || UInt8(ascii: "a")...UInt8(ascii: "f") ~= self || UInt8(ascii: "A")...UInt8(ascii: "F") ~= self
            || self == UInt8(ascii: "-")
    }
    fileprivate var isCode: Bool {
        self.isDigit || self.isLowercaseLetter || self == UInt8(ascii: "_") || self == UInt8(ascii: ".")
            || self == UInt8(ascii: "-") || self == UInt8(ascii: ":")
    }
}
