/// The three streams of logs, which different people read and keep for different times.
package enum LogStream: String, CaseIterable, Sendable {
    case application, audit, security

    /// `wcc.audit` and `wcc.security` are streams of their own; everything else is the application's.
    init(label: String) {
        self =
            if label == "wcc.security" || label.hasPrefix("wcc.security.") {
                .security
            } else if label == "wcc.audit" || label.hasPrefix("wcc.audit.") {
                .audit
            } else {
                .application
            }
    }

    var index: Int {
        switch self {
        case .application: 0
        case .audit: 1
        case .security: 2
        }
    }

    var fileName: String { "\(self.rawValue).log" }
}
