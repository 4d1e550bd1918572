import Foundation
import Kernel
import TestKit
import Testing

@testable import Postgres

/// Whatever is on the other end, the answer is an error, in time, and the process lives.
@Suite(.timeLimit(.minutes(2))) struct HostileServerTests {
    private static func message(_ letter: Character, _ body: [UInt8], length: Int32? = nil) -> [UInt8] {
        [letter.asciiValue ?? 0] + (length ?? Int32(body.count + 4)).bigEndianBytes + body
    }
    private static func setting(_ name: String, _ value: String) -> [UInt8] {
        message("S", Array(name.utf8) + [0] + Array(value.utf8) + [0])
    }
    private static let welcome =
        message("R", [0, 0, 0, 0]) + setting("server_version", "15.0") + setting("in_hot_standby", "off")
        + setting("default_transaction_read_only", "off") + setting("client_encoding", "UTF8")
        + message("K", [0, 0, 0, 1, 0, 0, 0, 1]) + message("Z", Array("I".utf8))
    private static func error(_ sqlState: String) -> [UInt8] {
        message("E", Array("SERROR\0VERROR\0C\(sqlState)\0Mno\0\0".utf8))
    }

    /// What each script sends after the client's first message, and after every later one.
    private static let scripts: [(name: String, first: [UInt8]?, later: [UInt8]?)] = [
        ("hangs up", nil, nil),
        ("talks nonsense", Array("HTTP/1.1 200 OK\r\n\r\n".utf8), nil),
        ("claims two gigabytes", message("R", [], length: .max), nil),
        ("claims less than nothing", message("R", [], length: -1), nil),
        ("wants an unknown proof", message("R", [0, 0, 0, 99]), nil),
        ("wants a password in the clear", message("R", [0, 0, 0, 3]), nil),
        ("is an error without end", message("E", Array("SFATAL".utf8), length: 5_000), nil),
        ("hangs up when asked", welcome, nil),
        ("answers with nonsense", welcome, Array("nonsense nonsense".utf8)),
        ("has rows that nobody asked for", welcome, message("D", [0, 1, 0, 0, 0, 1, 65])),
        (
            "has a value of less than no length", welcome,
            message("1", []) + message("t", [0, 0]) + message("T", [0, 1, 97, 0] + [UInt8](repeating: 0, count: 18))
                + message("D", [0, 1, 0xFF, 0xFF, 0xFF, 0x00])
        ),
        ("has a value longer than its message", welcome, message("T", [0, 1]) + message("D", [0, 1, 0x7F, 0, 0, 0])),
        ("has more columns than it describes", welcome, message("T", [0x7F, 0xFF])),
        ("says only half", welcome, Array(message("1", []).prefix(3))),
        ("begins to copy", welcome, message("1", []) + message("G", [0, 0, 0])),
        ("finishes before it began", welcome, message("C", Array("COMMIT\0".utf8)) + message("Z", Array("I".utf8))),
        ("fails for ever with a retryable error", welcome, error("40001") + message("Z", Array("E".utf8))),
    ]

    @Test(arguments: scripts.indices)
    func `a server that lies is an error`(_ number: Int) async throws {
        let script = Self.scripts[number]
        let server = try HostileServer { $0 == 1 ? script.first : script.later }
        var limits = Database.Limits()
        (limits.statement, limits.connect) = (.zero, .seconds(2))
        limits.answer = .milliseconds(100)
        let database = Database(
            conninfo: "host=127.0.0.1 port=\(server.port) sslmode=disable password=x", size: 2, limits: limits,
            logger: .quiet)
        await #expect(throws: PostgresError.self, "\(script.name)") {
            try await database.read(as: .system("test"), "SELECT 1 AS a")
        }
        await #expect(throws: PostgresError.self, "\(script.name)") {
            try await database.transaction(as: .system("test")) { tx in
                try tx.execute("SELECT 1 AS a").map { try $0.read("a", as: Int.self) }
            }
        }
        #expect(database.statistics.idle == 0, "\(script.name)")
        await database.shutDown()
        server.stop()
    }

    /// Whatever comes before the encryption begins does not count: the next thing it wants is the server's proof.
    @Test(arguments: [
        (Array("N".utf8), "server does not support SSL"),
        (Array("S".utf8) + welcome, "could not read root certificate file"),
        (welcome, "received invalid response to SSL negotiation"),
    ])
    func `nobody talks a client out of encryption`(_ answer: [UInt8], _ reason: String) async throws {
        let server = try HostileServer { _ in answer }
        let database = Database(
            conninfo: "host=db.test hostaddr=127.0.0.1 port=\(server.port) sslmode=verify-full sslrootcert=/dev/null",
            size: 1, logger: .quiet)
        let error = await #expect(throws: PostgresError.self) {
            try await database.read(as: .system("test"), "SELECT 1")
        }
        #expect(error?.code == .cannotConnect)
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        await database.shutDown()
        server.stop()
    }
}
