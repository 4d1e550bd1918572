/// What is counted apart from everything else.
package enum RateClass: String, CaseIterable, Sendable {
    /// Requests of nobody who is signed in, by where they come from.
    case address
    /// Requests of somebody who is signed in, by their account.
    case read, write, search, export, stream
    /// Everything that the people of one organisation ask for.
    case organisation
    /// Tries to sign in, by the name that is tried, the network they come from, or a device that is known.
    case signInName = "sign-in-name"
    case signInNetwork = "sign-in-network"
    case signInDevice = "sign-in-device"

    /// Whether it keeps a guesser out, and so may never fail open.
    package var isSecurity: Bool {
        switch self {
        case .signInName, .signInNetwork, .signInDevice: true
        case .address, .read, .write, .search, .export, .stream, .organisation: false
        }
    }
}
