package import FoundationEssentials
package import Kernel

/// One parameter: what PostgreSQL should take it for, and its bytes.
///
/// Integers, UUIDs, times and bytes travel in binary, which is exact; text travels as text and takes the type that the
/// statement gives it.
package struct SQLValue: Sendable, Hashable {
    let type: SQLType
    /// `nil` is `NULL`.
    let bytes: [UInt8]?

    /// PostgreSQL's text ends at the first zero byte, and libpq would cut it there without a word.
    var isCutByZero: Bool { self.type == .text && self.bytes?.dropLast().contains(0) == true }
}

/// A type as PostgreSQL numbers it.
package struct SQLType: Sendable, Hashable {
    let oid: UInt32
    let isBinary: Bool

    static let text = SQLType(oid: 0, isBinary: false)
    static func binary(_ oid: UInt32) -> Self { SQLType(oid: oid, isBinary: true) }
}

/// A type that can be bound to a parameter.
package protocol SQLBindable {
    static var sqlType: SQLType { get }
    var sqlBytes: [UInt8] { get }
}

extension String: SQLBindable {
    package static var sqlType: SQLType { .text }
    package var sqlBytes: [UInt8] { Array(self.utf8) + [0] }
}
extension Bool: SQLBindable {
    package static var sqlType: SQLType { .binary(16) }
    package var sqlBytes: [UInt8] { [self ? 1 : 0] }
}
extension Int: SQLBindable {
    package static var sqlType: SQLType { .binary(20) }
    package var sqlBytes: [UInt8] { Int64(self).bigEndianBytes }
}
extension Double: SQLBindable {
    package static var sqlType: SQLType { .binary(701) }
    package var sqlBytes: [UInt8] { self.bitPattern.bigEndianBytes }
}
extension UUID: SQLBindable {
    package static var sqlType: SQLType { .binary(2950) }
    package var sqlBytes: [UInt8] { withUnsafeBytes(of: self.uuid) { Array($0) } }
}
extension Identifier: SQLBindable {
    package static var sqlType: SQLType { UUID.sqlType }
    package var sqlBytes: [UInt8] { self.uuid.sqlBytes }
}
extension Date: SQLBindable {
    package static var sqlType: SQLType { .binary(1184) }
    /// Microseconds since 2000; Swift's reference date is a year (366 days) later.
    ///
    /// A time beyond what 64 bits hold becomes one that PostgreSQL refuses, not one that ends the process.
    package var sqlBytes: [UInt8] {
        let microseconds = ((self.timeIntervalSinceReferenceDate + 31_622_400) * 1_000_000).rounded()
        return (Int64(exactly: microseconds) ?? Int64.max - 1).bigEndianBytes
    }
}
extension LocalDate: SQLBindable {
    package static var sqlType: SQLType { .binary(1082) }
    package var sqlBytes: [UInt8] { Int32(truncatingIfNeeded: self.daysSince2000).bigEndianBytes }
}
extension Data: SQLBindable {
    package static var sqlType: SQLType { .binary(17) }
    package var sqlBytes: [UInt8] { Array(self) }
}

/// Bytes, as `bytea`.
package struct Blob: SQLBindable, Sendable, Hashable {
    package let bytes: [UInt8]
    package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
    package static var sqlType: SQLType { Data.sqlType }
    package var sqlBytes: [UInt8] { self.bytes }
}

/// An enum of words is bound as its word: `extension Urgency: SQLBindable {}` is all it takes.
extension SQLBindable where Self: RawRepresentable, RawValue: SQLBindable {
    package static var sqlType: SQLType { RawValue.sqlType }
    package var sqlBytes: [UInt8] { self.rawValue.sqlBytes }
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: self.bigEndian) { Array($0) } }
}
