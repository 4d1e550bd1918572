import Testing

@testable import Redis

@Suite struct ReplyReaderTests {
    private func read(_ bytes: [UInt8], pieces: Int) throws -> [RedisValue] {
        let reader = try ReplyReader()
        var values: [RedisValue] = [], rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
            try piece.withUnsafeBytes { try reader.feed($0) }
            while let value = try reader.next() { values.append(value) }
        }
        return values
    }

    @Test(arguments: [1, 2, 3, 7, 1_000])
    func `replies are the same in whatever pieces they come`(_ pieces: Int) throws {
        let text = "+OK\r\n:-42\r\n$-1\r\n$5\r\na\r\nb!\r\n-ERR no\r\n*3\r\n:1\r\n$0\r\n\r\n*1\r\n:2\r\n*0\r\n"
        #expect(
            try self.read(Array(text.utf8), pieces: pieces) == [
                .text("OK"), .number(-42), .nothing, .text("a\r\nb!"), .error("ERR no"),
                .list([.number(1), .text(""), .list([.number(2)])]), .list([]),
            ])
    }

    @Test func `what is no UTF-8 is no reason to fall over`() throws {
        let values = try self.read(Array("$2\r\n".utf8) + [0xFF, 0xFE] + Array("\r\n".utf8), pieces: 100)
        #expect(values == [.text("\u{FFFD}\u{FFFD}")])
    }

    @Test(arguments: [
        "?\r\n", "*2000000\r\n", "*9223372036854775807\r\n", "*99999999999999999999\r\n", "$-7\r\n", "*-9\r\n",
        "$9223372036854775807000\r\n", ":one\r\n",
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
    ])
    func `what is no reply is refused`(_ text: String) {
        for pieces in [1, 100] {
            #expect(throws: RedisError.broken) { try self.read(Array(text.utf8), pieces: pieces) }
        }
    }

    @Test func `a reply that does not end is given up before it fills the memory`() {
        let endless = Array("$400000\r\n".utf8) + [UInt8](repeating: 0x78, count: 400_000)
        #expect(throws: RedisError.broken) { try self.read(endless, pieces: 16_384) }
    }

    @Test func `any bytes at all are read or refused`() {
        var generator = SystemRandomNumberGenerator()
        let letters = Array("+-:$*0123456789\r\n\r\n\r\nax".utf8)
        for _ in 0..<5_000 {
            let bytes = (0..<Int.random(in: 1...60)).map { _ in letters.randomElement(using: &generator) ?? 0 }
            _ = try? self.read(bytes, pieces: Int.random(in: 1...20))
        }
    }
}
