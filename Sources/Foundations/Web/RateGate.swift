import Glibc
import Hummingbird
import Kernel
import Limits

/// Stands before every route: whoever has asked for too much is told when to come back.
///
/// Whoever is signed in is counted by who they are, and only strangers by their address. A home of eighty people is one
/// address, and none of them is the reason why another may not read.
struct RateGate: Sendable {
    let rates: Rates?
    let proxies: Int
    var watch: SecurityWatch = { _ in }

    func pass(_ request: Request, _ context: SiteContext, as routeClass: RouteClass) async throws {
        guard let rates else { return }
        let places = self.places(request, context, routeClass, rates.keys)
        guard let answer = await rates.take(places) else { return }
        context.state.value.allowance = answer
        guard !answer.isAllowed else { return }
        let principal = context.visitor?.principal
        self.watch(
            SecurityNotice(
                .limitReached, of: principal, from: principal == nil ? places.first?.fingerprint : nil,
                rule: answer.rateClass.rawValue))
        throw Problem(
            .rateLimited, "That was a lot at once",
            detail: "More was asked for in a short time than this site answers, so this was not done.",
            retryAfter: max(1, Int(answer.retryAfter.rounded(.up))))
    }

    private func places(
        _ request: Request, _ context: SiteContext, _ routeClass: RouteClass, _ keys: LimitKeys
    ) -> [RatePlace] {
        guard let principal = context.visitor?.principal, let counted = routeClass.counted else {
            let client = Client(request, remote: context.remoteAddress, behind: self.proxies)
            return [keys.place(.address, Self.subject(client.address))]
        }
        return [
            keys.place(counted, principal.person.description),
            keys.place(.organisation, principal.organisation.description),
        ]
    }

    /// An address of IPv4; of IPv6 the network, of which one machine has as many addresses as it likes.
    static func subject(_ address: String) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        let bare = address.prefix { $0 != "%" }
        guard inet_pton(AF_INET6, String(bare), &bytes) == 1 else { return address }
        // An address of IPv4 in the clothes of the other.
        if bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] {
            return bytes.suffix(4).map(String.init).joined(separator: ".")
        }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    }
}

extension RateAnswer {
    /// In the words of draft-ietf-httpapi-ratelimit-headers.
    func describe(in response: inout Response) {
        let name = self.rateClass.rawValue
        let window = Self.seconds(self.rate.period), reset = Self.seconds(self.isAllowed ? self.reset : self.retryAfter)
        response.headers[.rateLimitPolicy] = "\"\(name)\";q=\(self.rate.burst);w=\(window)"
        response.headers[.rateLimit] = "\"\(name)\";r=\(self.remaining);t=\(reset)"
    }

    private static func seconds(_ value: Double) -> Int { Int(min(max(value.rounded(.up), 0), 1_000_000_000)) }
}
