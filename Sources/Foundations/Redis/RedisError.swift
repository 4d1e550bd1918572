import Kernel

/// Why Redis gave no answer that can be used.
package enum RedisError: SafeToLog, Equatable {
    /// There is no connection at this moment; found out without waiting.
    case away
    /// It did not answer in time. The connection was ended, because a late answer would be taken for another one's.
    case late
    /// More commands wait already than it can answer in time.
    case crowded
    /// It said something that is no answer to what it was asked.
    case broken
    /// It answered with an error; the word that its text begins with, such as `NOSCRIPT`.
    case refused(String)

    package var logDescription: String {
        switch self {
        case .away: "away"
        case .late: "late"
        case .crowded: "crowded"
        case .broken: "broken"
        case .refused(let code): "refused \(code)"
        }
    }

    /// - Parameter text: What Redis says; nothing of it but the first word, because the rest may quote a command.
    init(saying text: String) {
        let word = text.prefix { $0.isASCII && $0.isUppercase }.prefix(16)
        self = .refused(word.isEmpty ? "ERR" : String(word))
    }
}
