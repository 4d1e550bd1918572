import Foundation
import Kernel

@testable import Accounts
@testable import People
@testable import Postgres
@testable import Settings
@testable import Web

/// Every parser of ours that reads what comes from outside, and what it promises besides not to trap.
let targets: [String: Target] = [
    "json": { bytes in
        guard let value = try? JSONParser.parse(bytes) else { return }
        let written = value.written
        guard (try? JSONParser.parse(Array(written.utf8))) == value else { fail("\(written) is another value") }
        // Whatever passes us is given to Foundation next; numbers that do not fit are left for it to refuse.
        if !value.hasNumber, (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) == nil {
            fail("Foundation does not take it")
        }
        _ = anything.violations(in: value)
    },
    "form": { bytes in
        guard let pairs = try? URLEncoded.parse(bytes) else { return }
        let written = pairs.map { "\($0.name.escaped)=\($0.value.escaped)" }.joined(separator: "&")
        if (try? URLEncoded.parse(Array(written.utf8))) != pairs { fail(written) }
    },
    "multipart": { bytes in
        guard let form = try? Multipart(bytes, boundary: "b") else { return }
        let kept = form.files.map(\.bytes.count).reduce(0, +) + form.pairs.map(\.value.utf8.count).reduce(0, +)
        if kept > bytes.count { fail("more came out than went in") }
        if form.files.count + form.pairs.count > Multipart.mostParts { fail("too many parts") }
    },
    "csv": { bytes in
        guard let records = try? CSV.parse(String(decoding: bytes, as: UTF8.self)) else { return }
        let written = records.map { record in
            record.fields.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",")
        }.joined(separator: "\r\n")
        if written.utf8.count > CSV.mostBytes { return }
        if (try? CSV.parse(written))?.map(\.fields) != records.map(\.fields) { fail(written) }
    },
    "environment": { bytes in
        let text = String(decoding: bytes, as: UTF8.self), file = EnvironmentFile(text)
        if file.entries.count + file.faults.count > text.utf8.count + 1 { fail("more lines than there are") }
    },
    "sql": { bytes in
        _ = StatementEffect(of: String(decoding: bytes, as: UTF8.self))
    },
    "value": { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        roundTrip(text, { LocalDate($0) }, \.description)
        roundTrip(text, { ClockTime($0) }, \.description)
        roundTrip(text, { LocalMoment($0) }, \.description)
        roundTrip(text, { Identifier<Person>($0) }, \.description)
        roundTrip(text, { TraceContext(traceparent: $0) }, \.traceparent)
        roundTrip(text, { NHSNumber($0) }, \.description)
        roundTrip(text, { try? Keyset($0, parts: 2) }, \.description)
        roundTrip(text, { WireTime.parse($0).map { ($0.timeIntervalSince1970 * 1_000).rounded() } }) {
            WireTime.format(Date(timeIntervalSince1970: $0 / 1_000))
        }
    },
    "token": { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        if let token = ShownToken(text) {
            if text.utf8.count > ShownToken.mostBytes { fail("longer than any") }
            if !token.isOnlyForm(of: text) { fail("\(text.debugDescription) has another form") }
        }
        // As what was signed: never so, but nothing may trap behind a key that somebody has.
        if let token = AccessToken(
            Data(bytes), by: "https://care.example", at: Date(timeIntervalSince1970: 1_795_000_000))
        {
            if token.expiresAt <= token.issuedAt { fail("it ends before it begins") }
        }
        roundTrip(text, { RefreshToken(shown: $0) }, \.text)
        roundTrip(text, { Data(base64URL: $0) }, \.base64URL)
        if let data = Data(base64URL: text), data.base64URL != text { fail("two texts of the same bytes") }
    },
    "name": { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        // One form: whoever writes it as it is kept means the same account.
        for read in [SignInName.init(_:), SignInName.init(choosing:), SignInName.init(address:)] {
            roundTrip(text, read, \.text)
        }
    },
]

private let anything = Schema.object([
    .required("text", .text(maxLength: 10)), .required("id", .identifier), .required("at", .time),
    .optional("day", .date), .optional("many", .array(.integer(0...9), count: 0...3)),
    .optional("choice", .oneOf(["a", "b"])), .optional("deep", .object([.optional("on", .boolean.nullable)])),
])

extension JSONValue {
    fileprivate var hasNumber: Bool {
        switch self {
        case .number: true
        case .array(let items): items.contains(where: \.hasNumber)
        case .object(let members): members.contains(where: \.value.hasNumber)
        case .null, .boolean, .string: false
        }
    }

    fileprivate var written: String {
        switch self {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .number(let text): text
        case .string(let text): Self.quoted(text)
        case .array(let items): "[\(items.map(\.written).joined(separator: ","))]"
        case .object(let members):
            "{\(members.map { "\(Self.quoted($0.name)):\($0.value.written)" }.joined(separator: ","))}"
        }
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
                ? String(format: "\\u%04x", scalar.value) : "\(scalar)"
        }
        return "\"\(escaped.joined())\""
    }
}

extension String {
    fileprivate var escaped: String { self.utf8.map { String(format: "%%%02X", $0) }.joined() }
}
