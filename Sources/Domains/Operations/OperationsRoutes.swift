import HTTPTypes
import Kernel
package import Web

/// `/api/v1/operations`.
package struct OperationsRoutes: Sendable {
    let operations: OperationsService

    package init(_ operations: OperationsService) { self.operations = operations }

    package func register(on api: inout APIRoutes) {
        api.add(self.failed, in: "operations")
        api.add(self.retry, in: "operations")
    }

    var failed: Endpoint<Nothing, Page<FailedJob>> {
        Endpoint(
            .get, "failed-jobs", "List work in the background that was given up", needs: ListFailedJobs.self,
            query: [QueryParameter("before", .cursor, "The `next` of the page before")],
            details: "What was queued last comes first. What a job was about is not told."
        ) { call in
            .init(
                try await self.operations.failedJobs(
                    after: call.query("before").map { try Keyset($0, parts: 1) }, for: call.principal))
        }
    }

    var retry: Endpoint<JobRetry, RetriedJobs> {
        Endpoint(
            .post, "failed-jobs/retries", "Have work that was given up tried again", needs: RetryJobs.self,
            details: "From its first attempt. A job that is not among those given up is passed over."
        ) { call in
            let retried = try await self.operations.retry(call.input, by: call.principal, once: call.once)
            return .init(retried.value, isReplay: retried.isReplay)
        }
    }
}
