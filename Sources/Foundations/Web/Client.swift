import HTTPTypes
import Hummingbird
package import Kernel
import NIOCore

/// Where a request comes from, as far as can be known.
package struct Client: Sendable {
    /// The address of whoever speaks to our outermost proxy.
    package let address: String
    /// What the browser calls itself, cut to a bound.
    package let agent: String
    /// What the browser shows of somebody who has signed in with it before.
    package let device: String?
    /// What it shows if it is a shared tablet.
    package let tablet: Secret?

    /// - Parameters:
    ///   - request: Its `X-Forwarded-For` is believed only as far as proxies of ours wrote it.
    ///   - remote: Who holds the other end of the connection.
    ///   - proxies: How many of ours there are.
    init(_ request: Request, remote: SocketAddress?, behind proxies: Int) {
        var chain = request.headers[values: .forwardedFor].flatMap { $0.split(separator: ",") }.map {
            String($0.filter { !$0.isWhitespace }.prefix(64))
        }
        chain.append(remote?.ipAddress ?? "local")
        self.address = chain[max(0, chain.count - 1 - max(0, proxies))]
        self.device = request.deviceMark
        self.tablet = request.tabletSecret
        self.agent = String((request.headers[.userAgent] ?? "").prefix(200))
    }
}
