import Foundation

/// Where lines of one stream end up; used from the writer's thread only.
protocol LogOutput {
    /// Writes whole lines.
    ///
    /// - Returns: How many are written.
    mutating func write(_ lines: [[UInt8]]) -> Int
    /// Whatever needs doing now and then.
    mutating func tidy()
    mutating func close()
}

/// Standard output, or another file that somebody else opened.
struct LogDescriptor: LogOutput {
    private let descriptor: Int32
    /// Whether the last line stops in the middle.
    private var isTorn = false

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    mutating func write(_ lines: [[UInt8]]) -> Int {
        var written = 0
        for chunk in lines.chunks(of: 64 << 10) {
            if self.isTorn, Blocking.write([UInt8(ascii: "\n")], to: self.descriptor).error != 0 { return written }
            self.isTorn = false
            let (count, error) = Blocking.write(chunk.bytes, to: self.descriptor)
            if error != 0 {
                let got = chunk.bytes.prefix(count)
                self.isTorn = got.last.map { $0 != UInt8(ascii: "\n") } ?? false
                return written + got.count { $0 == UInt8(ascii: "\n") }
            }
            written += chunk.lines
        }
        return written
    }

    mutating func tidy() {}
    mutating func close() {}
}

enum Blocking {
    /// Writes everything, or says how far it got and why it stopped.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> (count: Int, error: Int32) {
        bytes.withUnsafeBytes { buffer in
            var count = 0
            var waits = 0
            while count < buffer.count {
                let result = Foundation.write(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                if result > 0 {
                    count += result
                    waits = 0
                    continue
                }
                let error = errno
                switch error {
                case EINTR: continue
                case EAGAIN where waits < 10:
                    waits += 1
                    var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = Foundation.poll(&poll, 1, 100)
                default: return (count, error == 0 ? EIO : error)
                }
            }
            return (count, 0)
        }
    }
}

extension [[UInt8]] {
    /// Whole lines, together so long that a system call for them is worth its while.
    func chunks(of size: Int) -> [(bytes: [UInt8], lines: Int)] {
        var chunks: [(bytes: [UInt8], lines: Int)] = []
        for line in self {
            if let last = chunks.indices.last, chunks[last].bytes.count + line.count <= size {
                chunks[last].bytes += line
                chunks[last].lines += 1
            } else {
                chunks.append((line, 1))
            }
        }
        return chunks
    }
}
