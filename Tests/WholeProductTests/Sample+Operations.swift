import HTTPTypes
import Kernel
import Operations

extension Sample {
    static let operations: [Sample] = [
        Sample(route: "GET /api/v1/operations/failed-jobs", act: ListFailedJobs.self, status: .ok, by: .director),
        Sample(
            route: "POST /api/v1/operations/failed-jobs/retries", act: RetryJobs.self, status: .ok,
            body: .json { _, _ in #"{"job_ids":["0190a1b2-0000-7000-8000-000000000000"]}"# }, by: .director),
        Sample(route: "GET /api/v1/operations/policy", act: ReadPolicy.self, status: .ok),
        Sample(
            route: "GET /api/v1/operations/policy", act: ReadPolicy.self, status: .ok, query: "?role=care_assistant",
            variant: "of one role"),
        Sample(route: "GET /operations/policy", act: ReadPolicy.self, status: .ok),
        Sample(route: "GET /operations/failed-jobs", act: ListFailedJobs.self, status: .ok, by: .director),
        Sample(
            route: "POST /operations/failed-jobs/retries", act: RetryJobs.self, status: .seeOther,
            body: .form { _, _ in [("all", "true")] }, by: .director),
    ]
}
