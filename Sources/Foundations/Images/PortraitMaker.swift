import CVips
import NIOConcurrencyHelpers
import NIOPosix

/// Makes portraits on a thread of its own, one at a time.
///
/// Reading a picture that a stranger's phone has made is the most work, and the most risk, that a small request can ask
/// for. One thread leaves the rest of the machine to everybody else; whoever would wait long is told to come back.
package final class PortraitMaker: Sendable {
    private let pool = NIOThreadPool(numberOfThreads: 1)
    private let waiting = NIOLockedValueBox(0)
    private let limit: Int

    /// libvips is started with the first picture, once: it takes memory that most processes never need.
    private static let isStarted = wcc_vips_start() == 0

    /// libvips is there, and does not work; that is no fault of the photo.
    struct DidNotStart: Error {}

    /// - Parameter limit: How many may be made and wait at once; at most half a second each, 6 are three seconds.
    package init(limit: Int = 6) {
        self.limit = limit
        self.pool.start()
    }

    deinit { self.pool.shutdownGracefully { _ in } }

    /// - Parameter file: What was sent; nothing about it is believed.
    /// - Returns: The portrait.
    /// - Throws: ``PortraitFault`` for whatever cannot be made one of, or when too many wait.
    package func portrait(of file: [UInt8]) async throws -> Portrait {
        let isIn = self.waiting.withLockedValue { waiting in
            guard waiting < self.limit else { return false }
            waiting += 1
            return true
        }
        guard isIn else { throw PortraitFault.busy }
        defer { self.waiting.withLockedValue { $0 -= 1 } }
        return try await self.pool.runIfActive {
            guard Self.isStarted else { throw DidNotStart() }
            return try Portrait(of: file)
        }
    }
}
