import Glibc

/// Whether a port of this machine can be listened on, asked before anything is made or started.
package enum PortProbe {
    package static func check(_ port: Int) throws(DevelopmentError) {
        guard let number = UInt16(exactly: port), number > 0 else {
            throw .portRefused(port, reason: "a port is a number from 1 to 65535")
        }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .portRefused(port, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        // As the server does: a connection that was closed a moment ago is no obstacle.
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = number.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result != 0 else { return }
        if errno == EADDRINUSE { throw .portTaken(port) }
        throw .portRefused(port, reason: String(cString: strerror(errno)))
    }
}
