import Metrics

/// What waits, over all organisations.
struct JobFigures: Sendable, Equatable {
    var waiting = 0
    var leased = 0
    /// Those that somebody has to look at.
    var dead = 0
    /// For how long the one that is due longest has been due.
    var oldest: Duration = .zero
}

/// What the queue tells of itself.
struct JobMetrics: Sendable {
    enum Outcome: String { case done, failed, dead }

    private let waiting = Meter(label: "wcc_jobs_waiting")
    private let leased = Meter(label: "wcc_jobs_leased")
    private let dead = Meter(label: "wcc_jobs_dead")
    private let oldest = Meter(label: "wcc_jobs_oldest_wait_seconds")

    func publish(_ figures: JobFigures) {
        self.waiting.set(figures.waiting)
        self.leased.set(figures.leased)
        self.dead.set(figures.dead)
        self.oldest.set(figures.oldest / .seconds(1))
    }

    /// Kinds are few and written in the program, so each may have its own series.
    func noteRun(_ kind: String, _ outcome: Outcome, took duration: Duration) {
        Counter(label: "wcc_jobs_runs_total", dimensions: [("kind", kind), ("outcome", outcome.rawValue)]).increment()
        Timer(label: "wcc_jobs_run_seconds", dimensions: [("kind", kind)]).recordSeconds(duration / .seconds(1))
    }
}
