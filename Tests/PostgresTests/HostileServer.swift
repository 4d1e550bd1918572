import Foundation
import NIOConcurrencyHelpers
import Testing

/// Something that listens where a server should be, and answers as it likes.
///
/// For each thing it is sent, `answer` says what goes back; `nil` closes the connection.
final class HostileServer: Sendable {
    let port: Int
    private let descriptor: Int32
    private let counter = NIOLockedValueBox(0)

    var connections: Int { self.counter.withLockedValue { $0 } }

    /// Listens at once; `answer` gets the number of messages there have been on a connection, from one.
    init(_ answer: @escaping @Sendable (Int) -> [UInt8]?) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        try #require(isBound)
        self.descriptor = descriptor
        self.port = Int(UInt16(bigEndian: address.sin_port))
        let counter = self.counter
        Thread.detachNewThread {
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else { return }
                counter.withLockedValue { $0 += 1 }
                Thread.detachNewThread { Self.talk(client, answer) }
            }
        }
    }

    func stop() {
        shutdown(self.descriptor, Int32(SHUT_RDWR))
        close(self.descriptor)
    }

    private static func talk(_ client: Int32, _ answer: (Int) -> [UInt8]?) {
        defer { close(client) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var messages = 0
        while recv(client, &buffer, buffer.count, 0) > 0 {
            messages += 1
            guard let bytes = answer(messages) else { return }
            if !bytes.isEmpty, send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) < 0 { return }
        }
    }
}
