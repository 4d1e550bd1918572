/// Reads JSON strictly (RFC 8259): UTF-8, no name twice, no half characters, no deeper than 32.
///
/// It never indexes outside its bytes and never recurses deeper than the limit, whatever the bytes are.
package struct JSONParser {
    private let bytes: [UInt8]
    private var index = 0
    private var path: [String] = []

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    package static let maximumDepth = 32

    package static func parse(_ bytes: [UInt8]) throws(JSONFailure) -> JSONValue {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw JSONFailure(reason: .encoding, pointer: "")
        }
        var parser = JSONParser(bytes)
        parser.skipSpace()
        let value = try parser.value()
        parser.skipSpace()
        guard parser.index == bytes.count else { throw parser.failure(.syntax) }
        return value
    }

    private func failure(_ reason: JSONFailure.Reason) -> JSONFailure {
        JSONFailure(reason: reason, pointer: self.path.map { "/\($0.pointerToken)" }.joined())
    }

    private var next: UInt8? { self.index < self.bytes.count ? self.bytes[self.index] : nil }

    private mutating func take() -> UInt8? {
        guard let byte = self.next else { return nil }
        self.index += 1
        return byte
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.next == byte else { return false }
        self.index += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = self.next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { self.index += 1 }
    }

    private mutating func value() throws(JSONFailure) -> JSONValue {
        switch self.next {
        case UInt8(ascii: "{"): return try self.object()
        case UInt8(ascii: "["): return try self.array()
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "t"): return try self.word("true", .boolean(true))
        case UInt8(ascii: "f"): return try self.word("false", .boolean(false))
        case UInt8(ascii: "n"): return try self.word("null", .null)
        default: return .number(try self.number())
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONFailure) -> JSONValue {
        for byte in word.description.utf8 {
            guard self.take(byte) else { throw self.failure(.syntax) }
        }
        return value
    }

    private mutating func object() throws(JSONFailure) -> JSONValue {
        self.index += 1
        guard self.path.count < Self.maximumDepth else { throw self.failure(.depth) }
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        self.skipSpace()
        if self.take(UInt8(ascii: "}")) { return .object([]) }
        while true {
            guard self.next == UInt8(ascii: "\"") else { throw self.failure(.syntax) }
            let name = try self.string()
            self.path.append(name)
            guard names.insert(name).inserted else { throw self.failure(.duplicate) }
            self.skipSpace()
            guard self.take(UInt8(ascii: ":")) else { throw self.failure(.syntax) }
            self.skipSpace()
            members.append(.init(name: name, value: try self.value()))
            self.path.removeLast()
            self.skipSpace()
            if self.take(UInt8(ascii: "}")) { return .object(members) }
            guard self.take(UInt8(ascii: ",")) else { throw self.failure(.syntax) }
            self.skipSpace()
        }
    }

    private mutating func array() throws(JSONFailure) -> JSONValue {
        self.index += 1
        guard self.path.count < Self.maximumDepth else { throw self.failure(.depth) }
        var elements: [JSONValue] = []
        self.skipSpace()
        if self.take(UInt8(ascii: "]")) { return .array([]) }
        while true {
            self.path.append("\(elements.count)")
            elements.append(try self.value())
            self.path.removeLast()
            self.skipSpace()
            if self.take(UInt8(ascii: "]")) { return .array(elements) }
            guard self.take(UInt8(ascii: ",")) else { throw self.failure(.syntax) }
            self.skipSpace()
        }
    }

    private mutating func number() throws(JSONFailure) -> String {
        let start = self.index
        _ = self.take(UInt8(ascii: "-"))
        if !self.take(UInt8(ascii: "0")) { try self.digits() }
        if self.take(UInt8(ascii: ".")) { try self.digits() }
        if self.take(UInt8(ascii: "e")) || self.take(UInt8(ascii: "E")) {
            if !self.take(UInt8(ascii: "+")) { _ = self.take(UInt8(ascii: "-")) }
            try self.digits()
        }
        return String(decoding: self.bytes[start..<self.index], as: UTF8.self)
    }

    private mutating func digits() throws(JSONFailure) {
        let start = self.index
        while let byte = self.next, (0x30...0x39).contains(byte) { self.index += 1 }
        guard self.index > start else { throw self.failure(.syntax) }
    }

    private mutating func string() throws(JSONFailure) -> String {
        self.index += 1
        var text: [UInt8] = []
        while let byte = self.take() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: try self.escape())
            case 0..<0x20: throw self.failure(.syntax)
            default: text.append(byte)
            }
        }
        throw self.failure(.syntax)
    }

    private mutating func escape() throws(JSONFailure) -> [UInt8] {
        switch self.take() {
        case UInt8(ascii: "\""): return [0x22]
        case UInt8(ascii: "\\"): return [0x5C]
        case UInt8(ascii: "/"): return [0x2F]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var code = try self.hexadecimal()
            if (0xD800..<0xDC00).contains(code) {
                guard self.take(UInt8(ascii: "\\")), self.take(UInt8(ascii: "u")) else {
                    throw self.failure(.surrogate)
                }
                let low = try self.hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw self.failure(.surrogate) }
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw self.failure(.surrogate) }
            return Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw self.failure(.syntax)
        }
    }

    private mutating func hexadecimal() throws(JSONFailure) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            switch self.take() {
            case .some(let byte) where (0x30...0x39).contains(byte): code = code << 4 | UInt32(byte - 0x30)
            case .some(let byte) where (0x41...0x46).contains(byte): code = code << 4 | UInt32(byte - 0x37)
            case .some(let byte) where (0x61...0x66).contains(byte): code = code << 4 | UInt32(byte - 0x57)
            default: throw self.failure(.syntax)
            }
        }
        return code
    }
}

extension String {
    /// As RFC 6901 writes a name in a pointer.
    var pointerToken: String {
        guard self.contains(where: { $0 == "~" || $0 == "/" }) else { return self }
        return self.map { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }.joined()
    }
}
