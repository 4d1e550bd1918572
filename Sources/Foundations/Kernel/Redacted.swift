/// A value that must not be printed: a secret, or something personal that a log line could catch.
///
/// Every way Swift has of turning it into text gives the same word.
package struct Redacted<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package let value: Value

    package init(_ value: Value) { self.value = value }

    package var description: String { "redacted" }
    package var debugDescription: String { "redacted" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
