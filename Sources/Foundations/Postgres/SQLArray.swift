package import FoundationEssentials
package import Kernel

/// A type of which an array can be bound to one parameter.
///
/// `SELECT … FROM unnest(\(ids), \(names))` is how many rows are written at once.
package protocol SQLArrayElement {
    /// What PostgreSQL numbers the array and the element.
    static var sqlArrayOIDs: (array: UInt32, element: UInt32) { get }
    /// `nil` is `NULL`.
    var sqlElementBytes: [UInt8]? { get }
}

extension SQLArrayElement where Self: SQLBindable {
    package var sqlElementBytes: [UInt8]? { self.sqlBytes }
}

extension Bool: SQLArrayElement { package static var sqlArrayOIDs: (array: UInt32, element: UInt32) { (1000, 16) } }
extension Int: SQLArrayElement { package static var sqlArrayOIDs: (array: UInt32, element: UInt32) { (1016, 20) } }
extension Double: SQLArrayElement { package static var sqlArrayOIDs: (array: UInt32, element: UInt32) { (1022, 701) } }
extension UUID: SQLArrayElement { package static var sqlArrayOIDs: (array: UInt32, element: UInt32) { (2951, 2950) } }
extension Identifier: SQLArrayElement {
    package static var sqlArrayOIDs: (array: UInt32, element: UInt32) { UUID.sqlArrayOIDs }
}
extension Date: SQLArrayElement { package static var sqlArrayOIDs: (array: UInt32, element: UInt32) { (1185, 1184) } }
extension LocalDate: SQLArrayElement {
    package static var sqlArrayOIDs: (array: UInt32, element: UInt32) { (1182, 1082) }
}
extension Data: SQLArrayElement { package static var sqlArrayOIDs: (array: UInt32, element: UInt32) { (1001, 17) } }
extension Blob: SQLArrayElement { package static var sqlArrayOIDs: (array: UInt32, element: UInt32) { (1001, 17) } }
extension String: SQLArrayElement {
    package static var sqlArrayOIDs: (array: UInt32, element: UInt32) { (1009, 25) }
    /// Inside an array text is counted, not ended by a zero.
    package var sqlElementBytes: [UInt8]? { Array(self.utf8) }
}
extension Optional: SQLArrayElement where Wrapped: SQLArrayElement {
    package static var sqlArrayOIDs: (array: UInt32, element: UInt32) { Wrapped.sqlArrayOIDs }
    package var sqlElementBytes: [UInt8]? { self?.sqlElementBytes }
}

extension Array: SQLBindable where Element: SQLArrayElement {
    package static var sqlType: SQLType { .binary(Element.sqlArrayOIDs.array) }

    /// The number of dimensions, whether there are nulls, the element's type; the length and where it begins; then each
    /// element after its length, which is -1 for `NULL`.
    package var sqlBytes: [UInt8] {
        let elements = self.map(\.sqlElementBytes)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20 + elements.reduce(0) { $0 + 4 + ($1?.count ?? 0) })
        bytes += Int32(elements.isEmpty ? 0 : 1).bigEndianBytes
        bytes += Int32(elements.contains(nil) ? 1 : 0).bigEndianBytes
        bytes += Element.sqlArrayOIDs.element.bigEndianBytes
        if elements.isEmpty { return bytes }
        bytes += Int32(truncatingIfNeeded: elements.count).bigEndianBytes + Int32(1).bigEndianBytes
        for element in elements {
            bytes += Int32(truncatingIfNeeded: element?.count ?? -1).bigEndianBytes
            bytes += element ?? []
        }
        return bytes
    }
}

/// A type of which an array can be read from a column; an optional reads `NULL` among the elements.
package protocol SQLArrayReadable {
    /// What PostgreSQL numbers the arrays of it.
    static var sqlReadableArrays: Set<UInt32> { get }
    static func sqlElement(_ bytes: UnsafeRawBufferPointer?) -> Self?
}

extension SQLArrayReadable where Self: SQLReadable {
    package static func sqlElement(_ bytes: UnsafeRawBufferPointer?) -> Self? { bytes.flatMap(Self.init(sqlBytes:)) }
}

extension Bool: SQLArrayReadable { package static let sqlReadableArrays: Set<UInt32> = [1000] }
extension Int: SQLArrayReadable { package static let sqlReadableArrays: Set<UInt32> = [1016, 1005, 1007] }
extension Double: SQLArrayReadable { package static let sqlReadableArrays: Set<UInt32> = [1021, 1022] }
extension String: SQLArrayReadable { package static let sqlReadableArrays: Set<UInt32> = [1009, 1015, 1014, 1003] }
extension UUID: SQLArrayReadable { package static let sqlReadableArrays: Set<UInt32> = [2951] }
extension Identifier: SQLArrayReadable { package static var sqlReadableArrays: Set<UInt32> { UUID.sqlReadableArrays } }
extension Date: SQLArrayReadable { package static let sqlReadableArrays: Set<UInt32> = [1185] }
extension LocalDate: SQLArrayReadable { package static let sqlReadableArrays: Set<UInt32> = [1182] }
extension Data: SQLArrayReadable { package static let sqlReadableArrays: Set<UInt32> = [1001] }
extension Optional: SQLArrayReadable where Wrapped: SQLArrayReadable {
    package static var sqlReadableArrays: Set<UInt32> { Wrapped.sqlReadableArrays }
    package static func sqlElement(_ bytes: UnsafeRawBufferPointer?) -> Self? {
        guard let bytes else { return .some(.none) }
        return Wrapped.sqlElement(bytes).map { .some($0) }
    }
}

extension Array: SQLReadable where Element: SQLArrayReadable {
    package static var sqlOIDs: Set<UInt32> { Element.sqlReadableArrays }

    package init?(sqlBytes: UnsafeRawBufferPointer) {
        var rest = sqlBytes[...]
        func take(_ count: Int) -> UnsafeRawBufferPointer? {
            guard count >= 0, rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
        }
        func number() -> Int? { take(4).map { Int(Int32(bigEndian: $0.loadUnaligned(as: Int32.self))) } }

        guard let dimensions = number(), (0...1).contains(dimensions), number() != nil, number() != nil else {
            return nil
        }
        self = []
        if dimensions == 0 { return }
        // Each element takes four bytes at least, so a length that lies asks for no memory.
        guard let count = number(), number() != nil, (0...rest.count / 4).contains(count) else { return nil }
        self.reserveCapacity(count)
        for _ in 0..<count {
            guard let length = number() else { return nil }
            var bytes: UnsafeRawBufferPointer?
            if length != -1 {
                guard let taken = take(length) else { return nil }
                bytes = taken
            }
            guard let element = Element.sqlElement(bytes) else { return nil }
            self.append(element)
        }
    }
}
