/// What a statement does to its connection beyond its transaction.
///
/// Judged by its words, once for each text. What it does inside a function that it calls cannot be seen; the catalogue
/// test looks there.
enum StatementEffect: Sendable, Hashable {
    case none
    /// A setting, a lock, a temporary table: the next borrower would find it, so there is none.
    case leavesTraces
    /// The rest of the body would run outside its transaction, without the tenant.
    case endsTransaction

    init(of text: String) {
        let statements = SQLScanner.statements(of: text)
        self = .none
        for statement in statements {
            switch Self.effect(of: statement.tokens) {
            case .none: continue
            case .leavesTraces: if self == .none { self = .leavesTraces }
            case .endsTransaction: self = .endsTransaction
            }
        }
    }

    private static func effect(of tokens: [SQLToken]) -> StatementEffect {
        let words = tokens.map { $0.kind == .word || $0.kind == .sign ? $0.text : "" }
        let second = words.dropFirst().first ?? ""
        switch words.first ?? "" {
        case "begin", "commit", "end", "abort": return .endsTransaction
        case "start" where second == "transaction": return .endsTransaction
        case "prepare" where second == "transaction": return .endsTransaction
        case "rollback":
            return second == "to" || words.dropFirst(2).first == "to" ? .none : .endsTransaction
        case "set": return ["local", "transaction", "constraints"].contains(second) ? .none : .leavesTraces
        case "reset", "discard", "listen", "unlisten", "prepare", "deallocate", "load", "do": return .leavesTraces
        case "declare" where words.contains("hold"): return .leavesTraces
        case "create" where ["temp", "temporary", "local", "global"].contains(second): return .leavesTraces
        default: break
        }
        for (index, word) in words.enumerated() {
            let next = words.dropFirst(index + 1)
            switch word {
            case "pg_advisory_lock", "pg_advisory_lock_shared", "pg_try_advisory_lock",
                "pg_try_advisory_lock_shared":
                return .leavesTraces
            case "into" where ["temp", "temporary"].contains(next.first): return .leavesTraces
            case "set_config" where !Self.isLocal(next): return .leavesTraces
            default: continue
            }
        }
        return .none
    }

    /// Whether the call's last argument is the word `true`.
    private static func isLocal(_ call: ArraySlice<String>) -> Bool {
        var depth = 0
        var last = ""
        for word in call {
            switch word {
            case "(": depth += 1
            case ")":
                depth -= 1
                if depth == 0 { return last == "true" }
            default: break
            }
            last = word
        }
        return false
    }
}
