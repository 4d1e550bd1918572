import Limits

/// What a route is counted as, declared with it.
package enum RouteClass: String, CaseIterable, Sendable {
    case read, write, search, export, stream
    /// Counted by who is tried, before any password is looked at.
    case signIn = "sign-in"

    var counted: RateClass? {
        switch self {
        case .read: .read
        case .write: .write
        case .search: .search
        case .export: .export
        case .stream: .stream
        case .signIn: nil
        }
    }
}
