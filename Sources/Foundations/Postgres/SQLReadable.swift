package import FoundationEssentials
package import Kernel

/// A type that can be read from a column in PostgreSQL's binary format.
///
/// Anything else is read as text: write `total::text` in the statement.
package protocol SQLReadable {
    static var sqlOIDs: Set<UInt32> { get }
    init?(sqlBytes: UnsafeRawBufferPointer)
}

extension String: SQLReadable {
    /// text, varchar, bpchar, name, json.
    package static let sqlOIDs: Set<UInt32> = [25, 1043, 1042, 19, 114]
    package init?(sqlBytes: UnsafeRawBufferPointer) { self.init(decoding: sqlBytes, as: UTF8.self) }
}
extension Int: SQLReadable {
    /// int8, int2, int4.
    package static let sqlOIDs: Set<UInt32> = [20, 21, 23]
    package init?(sqlBytes: UnsafeRawBufferPointer) {
        guard sqlBytes.count <= 8, let high = sqlBytes.first else { return nil }
        self = sqlBytes.dropFirst().reduce(Int(Int8(bitPattern: high))) { $0 << 8 | Int($1) }
    }
}
extension Double: SQLReadable {
    /// float4, float8.
    package static let sqlOIDs: Set<UInt32> = [700, 701]
    package init?(sqlBytes: UnsafeRawBufferPointer) {
        switch sqlBytes.count {
        case 4: self.init(Float(bitPattern: UInt32(bigEndian: sqlBytes.loadUnaligned(as: UInt32.self))))
        case 8: self.init(bitPattern: UInt64(bigEndian: sqlBytes.loadUnaligned(as: UInt64.self)))
        default: return nil
        }
    }
}
extension Bool: SQLReadable {
    package static let sqlOIDs: Set<UInt32> = [16]
    package init?(sqlBytes: UnsafeRawBufferPointer) { self = sqlBytes.first == 1 }
}
extension UUID: SQLReadable {
    package static let sqlOIDs: Set<UInt32> = [2950]
    package init?(sqlBytes: UnsafeRawBufferPointer) {
        guard sqlBytes.count == 16 else { return nil }
        self.init(uuid: sqlBytes.loadUnaligned(as: uuid_t.self))
    }
}
extension Identifier: SQLReadable {
    package static var sqlOIDs: Set<UInt32> { UUID.sqlOIDs }
    package init?(sqlBytes: UnsafeRawBufferPointer) {
        guard let uuid = UUID(sqlBytes: sqlBytes) else { return nil }
        self.init(uuid)
    }
}
extension Date: SQLReadable {
    package static let sqlOIDs: Set<UInt32> = [1184]
    package init?(sqlBytes: UnsafeRawBufferPointer) {
        guard sqlBytes.count == 8 else { return nil }
        let microseconds = Int64(bigEndian: sqlBytes.loadUnaligned(as: Int64.self))
        // These two stand for `infinity` and `-infinity`.
        guard microseconds != .max, microseconds != .min else { return nil }
        self.init(timeIntervalSinceReferenceDate: Double(microseconds) / 1_000_000 - 31_622_400)
    }
}
extension LocalDate: SQLReadable {
    package static let sqlOIDs: Set<UInt32> = [1082]
    package init?(sqlBytes: UnsafeRawBufferPointer) {
        guard sqlBytes.count == 4 else { return nil }
        self.init(daysSince2000: Int(Int32(bigEndian: sqlBytes.loadUnaligned(as: Int32.self))))
    }
}
extension Data: SQLReadable {
    package static let sqlOIDs: Set<UInt32> = [17]
    package init?(sqlBytes: UnsafeRawBufferPointer) { self.init(Array(sqlBytes)) }
}
extension Blob: SQLReadable {
    package static let sqlOIDs: Set<UInt32> = [17]
    package init?(sqlBytes: UnsafeRawBufferPointer) { self.init(sqlBytes) }
}

/// A word that the enum does not have is an error, as a column of another type is.
extension SQLReadable where Self: RawRepresentable, RawValue: SQLReadable {
    package static var sqlOIDs: Set<UInt32> { RawValue.sqlOIDs }
    package init?(sqlBytes: UnsafeRawBufferPointer) {
        guard let raw = RawValue(sqlBytes: sqlBytes) else { return nil }
        self.init(rawValue: raw)
    }
}
