import Kernel

/// Jobs that are done, told to the queue many at a time: those that end while one report is under way go with the next.
actor JobReports {
    private var waiting: [LeasedJob] = []
    private var isReporting = false
    private let report: @Sendable ([LeasedJob]) async -> Void

    init(_ report: @escaping @Sendable ([LeasedJob]) async -> Void) { self.report = report }

    /// Returns at once when somebody else is reporting and will take this along.
    func add(_ job: LeasedJob) async {
        self.waiting.append(job)
        guard !self.isReporting else { return }
        self.isReporting = true
        defer { self.isReporting = false }
        while !self.waiting.isEmpty {
            let jobs = self.waiting
            self.waiting = []
            await self.report(jobs)
        }
    }
}
