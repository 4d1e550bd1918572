import Foundation

/// What the kernel knows about this process.
enum ProcessMetrics {
    /// The fields of `/proc/self/stat` that are of use, in the kernel's units.
    struct Status {
        let ticks: Double
        let threads: Double
        let startTicks: Double
        let virtualBytes: Double
        let residentPages: Double

        /// The second field is the program's name and may hold anything, so counting begins after its last parenthesis.
        init?(_ text: String) {
            guard let end = text.lastIndex(of: ")") else { return nil }
            let fields = text[text.index(after: end)...].split(separator: " ").map { Double($0) }
            guard fields.count > 21, let user = fields[11], let system = fields[12], let threads = fields[17],
                let start = fields[19], let size = fields[20], let pages = fields[21]
            else { return nil }
            self.ticks = user + system
            self.threads = threads
            self.startTicks = start
            self.virtualBytes = size
            self.residentPages = pages
        }

        static var current: Status? { ProcessMetrics.read("/proc/self/stat").flatMap(Status.init) }
    }

    static func register(on registry: MetricsRegistry) {
        let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        let pageSize = Double(max(1, sysconf(Int32(_SC_PAGESIZE))))
        registry.observe("process_cpu_seconds_total", "Processor time used", as: .counter) {
            Status.current.map { $0.ticks / ticksPerSecond }
        }
        registry.observe("process_resident_memory_bytes", "Memory in use") {
            Status.current.map { $0.residentPages * pageSize }
        }
        registry.observe("process_virtual_memory_bytes", "Address space in use") { Status.current?.virtualBytes }
        registry.observe("process_threads", "Threads") { Status.current?.threads }
        registry.observe("process_open_fds", "Open files and connections") {
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double($0.count) }
        }
        registry.observe("process_max_fds", "Files and connections that may be open") { Self.descriptorLimit }

        let boot = Self.read("/proc/uptime")?.split(separator: " ").first.flatMap { Double($0) }
            .map { Date().timeIntervalSince1970 - $0 }
        let start = Status.current.flatMap { status in boot.map { $0 + status.startTicks / ticksPerSecond } }
        registry.observe("process_start_time_seconds", "When the process started, in seconds since 1970") { start }
        registry.observe("wcc_process_uptime_seconds", "For how long the process has been running") {
            start.map { max(0, Date().timeIntervalSince1970 - $0) }
        }
    }

    private static var descriptorLimit: Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Double(limit.rlim_cur)
    }

    private static func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
