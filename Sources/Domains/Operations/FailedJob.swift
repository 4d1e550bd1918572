package import FoundationEssentials
package import Jobs
package import Kernel
package import Web

/// Work in the background that was given up.
///
/// What it was about is not told: it may name people, and whoever repairs it needs only its kind and the error.
package struct FailedJob: Described {
    package let id: Identifier<any Job>
    package let kind: String
    package let attempts: Int
    package let error: String?
    package let queuedAt: Date
    package let failedAt: Date

    init(_ job: DeadJob) {
        self.id = job.id
        self.kind = job.kind
        self.attempts = job.attempts
        self.error = job.error
        self.queuedAt = job.queuedAt
        self.failedAt = job.diedAt
    }

    package static let schema = Schema.object([
        .required("id", .identifier),
        .required("kind", .string(maxLength: 100).example("messages.pass_on")),
        .required("attempts", .integer(0...1_000)),
        .optional("error", .string(maxLength: 500).described("The kind of the last error; none if its worker died")),
        .required("queued_at", .time), .required("failed_at", .time),
    ])
}

/// Which jobs are to be tried again.
package struct JobRetry: Described {
    /// Without any: all.
    package let jobIds: [Identifier<any Job>]?

    package init(_ jobs: [Identifier<any Job>]?) { self.jobIds = jobs }

    package static let schema = Schema.object([
        .optional("job_ids", .array(.identifier, count: 1...100).described("Without it, all of them"))
    ])
}

/// How many jobs are tried again.
package struct RetriedJobs: Described {
    package let count: Int

    package static let schema = Schema.object([.required("count", .integer(0...10_000_000))])
}
