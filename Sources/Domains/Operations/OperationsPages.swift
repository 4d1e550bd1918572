import HTTPTypes
import Hummingbird
import Jobs
import Kernel
package import Web

/// `/operations`: what those see who look after the installation.
package struct OperationsPages: Sendable {
    private static let path = "/operations/failed-jobs"
    let operations: OperationsService

    package init(_ operations: OperationsService) { self.operations = operations }

    package func register(on pages: inout PageRoutes) {
        pages.get(
            "operations/failed-jobs", needs: ListFailedJobs.self,
            query: [QueryParameter("before", .cursor), QueryParameter("retried", .integer(0...10_000_000))],
            self.failed)
        pages.post("operations/failed-jobs/retries", needs: RetryJobs.self, fields: [.many("jobs"), "all"], self.retry)
    }

    @Sendable func failed(_ call: PageCall) async throws -> Response {
        let page = try await self.operations.failedJobs(
            after: call.query("before").map { try Keyset($0, parts: 1) }, for: call.principal)
        let time = call.visitor.time(at: call.now)
        let model: Model = [
            "key": call.newKey(),
            "retried": call.query("retried").map { Self.words(Int($0) ?? 0) }.orFalse,
            "jobs": page.items.map { job -> Model in
                [
                    "id": job.id.description, "kind": job.kind, "attempts": "\(job.attempts)",
                    "error": job.error.map { "Last error: \($0)" } ?? "Its process ended each time",
                    "queued": time.brief(job.queuedAt),
                    "failed": time.brief(job.failedAt),
                ]
            },
            "older": page.next.map { "\(Self.path)?before=\($0)" }.orFalse,
        ]
        return try await call.page("operations/failed-jobs", model, title: "Work that was given up", nav: .operations)
    }

    @Sendable func retry(_ call: PageCall) async throws -> Response {
        let chosen = call.form.all("jobs").compactMap { Identifier<any Job>($0) }
        let isAll = call.form.bool("all")
        guard isAll || !chosen.isEmpty else { return call.redirect(Self.path) }
        let retried = try await self.operations.retry(
            JobRetry(isAll ? nil : chosen), by: call.principal, once: call.once)
        return call.redirect("\(Self.path)?retried=\(retried.value.count)")
    }

    private static func words(_ count: Int) -> String {
        switch count {
        case 0: "There was nothing to try again."
        case 1: "One piece of work is tried again."
        default: "\(count) pieces of work are tried again."
        }
    }
}
