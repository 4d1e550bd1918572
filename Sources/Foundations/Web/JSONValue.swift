/// JSON as it was written, with every name and number still there.
///
/// Foundation's decoder takes the last of two equal names, replaces half a surrogate pair and has its own idea of
/// depth; so what comes in is read by this first, and by Foundation's only when nothing is wrong with it.
package indirect enum JSONValue: Sendable, Equatable {
    package struct Member: Sendable, Equatable {
        package let name: String
        package let value: JSONValue
    }

    case null
    case boolean(Bool)
    /// As it was written, because `1`, `1.0` and `1e400` are not the same thing to ask for.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])
}

/// Why some bytes are not JSON that we take.
package struct JSONFailure: Error, Equatable {
    package enum Reason: String, Sendable {
        case encoding = "This is not UTF-8"
        case syntax = "This is not JSON"
        case depth = "This is nested too deeply"
        case duplicate = "This name is given twice"
        case surrogate = "This text holds half a character"
    }
    package let reason: Reason
    /// A JSON Pointer to the value in which it was found.
    package let pointer: String
}
