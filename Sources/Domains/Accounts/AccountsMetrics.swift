import Metrics

/// What this module counts, in one place.
enum AccountsMetrics {
    static let succeeded = Counter(label: "wcc_accounts_sign_ins_total", dimensions: [("outcome", "succeeded")])
    static let failed = Counter(label: "wcc_accounts_sign_ins_total", dimensions: [("outcome", "failed")])
    static let throttled = Counter(label: "wcc_accounts_sign_ins_total", dimensions: [("outcome", "throttled")])
}
