import CoreMetrics
import HTTPTypes
package import Hummingbird
import NIOConcurrencyHelpers

/// Counts requests by method, route template and class of status, and how long they took.
///
/// A request has taken its time when its answer begins: what follows is the reader's speed, and for a live stream how
/// long somebody keeps a page open. Install it outermost, where it sees the status that leaves.
package struct RequestMetrics<Context: RequestContext>: RouterMiddleware {
    private let handles = RequestMetricHandles()

    package init() {}

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let started = ContinuousClock.now
        let method = RequestMetricHandles.known(request.method)
        self.handles.inFlight.increment()
        defer { self.handles.inFlight.decrement() }
        do {
            let response = try await next(request, context)
            self.record(method, context, RequestMetricHandles.word(response.status.code), started)
            return response
        } catch {
            let status = (error as? any HTTPResponseError)?.status.code
            let word = error is CancellationError ? "aborted" : RequestMetricHandles.word(status ?? 500)
            self.record(method, context, word, started)
            throw error
        }
    }

    private func record(_ method: String, _ context: Context, _ status: String, _ started: ContinuousClock.Instant) {
        let nanoseconds = (ContinuousClock.now - started) / .nanoseconds(1)
        let (counter, timer) = self.handles.pair(method, RequestMetricHandles.route(context.endpointPath), status)
        counter.increment()
        timer.recordNanoseconds(Int64(min(nanoseconds, 1e18)))
    }
}

/// The counters that were used before, so that a request does not look its own up by name.
private final class RequestMetricHandles: Sendable {
    struct Key: Hashable {
        let method: String
        let route: String
        let status: String
    }

    let inFlight = Meter(label: "wcc_http_requests_in_flight")
    private let known = NIOLockedValueBox<[Key: (Counter, Timer)]>([:])

    func pair(_ method: String, _ route: String, _ status: String) -> (Counter, Timer) {
        self.known.withLockedValue { known in
            let key = Key(method: method, route: route, status: status)
            if let pair = known[key] { return pair }
            let labels = [("method", method), ("route", route)]
            let pair = (
                Counter(label: "wcc_http_requests", dimensions: labels + [("status", status)]),
                Timer(label: "wcc_http_request_duration", dimensions: labels)
            )
            known[key] = pair
            return pair
        }
    }

    /// Anybody can make a method up, and a label must not grow with what anybody makes up.
    static func known(_ method: HTTPRequest.Method) -> String {
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(method.rawValue)
            ? method.rawValue : "other"
    }

    /// Hummingbird calls it `NotFound` where no route fits.
    static func route(_ path: String?) -> String {
        guard let path, path != "NotFound" else { return "none" }
        return path
    }

    static func word(_ status: Int) -> String { (100...599).contains(status) ? "\(status / 100)xx" : "other" }
}
