import Crypto
import Foundation
import Kernel
import TestKit
import Testing

@testable import Sealing

@Suite struct KeyringTests {
    private static func key() -> Redacted<Data> { Redacted(SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }) }

    private let organisation = Identifier<Organisation>.any()
    private var place: SealedPlace { self.place("one") }
    private func place(_ row: String) -> SealedPlace {
        SealedPlace(table: "accounts.factor", column: "secret", organisation: self.organisation, row: row)
    }

    @Test(arguments: [0, 1, 20, 4_000]) func `what is sealed opens where it was sealed, and is not to be read`(
        _ length: Int
    ) throws {
        let ring = Keyring(active: Self.key()), plain = Data(repeating: 0xAB, count: length)
        let sealed = try ring.seal(plain, at: self.place)
        #expect(try ring.open(sealed, at: self.place) == plain)
        #expect(length < 8 || sealed.range(of: plain.prefix(8)) == nil)
        #expect(try ring.seal(plain, at: self.place) != sealed)
    }

    @Test func `with any bit of it changed it opens nothing`() throws {
        let ring = Keyring(active: Self.key()), sealed = try ring.seal(Data("a secret".utf8), at: self.place)
        for index in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[index] ^= 1 << UInt8(bit)
                #expect(throws: SealingError.self) { try ring.open(changed, at: self.place) }
                #expect(throws: SealingError.self) {
                    _ = try Keyring(active: Self.key(), older: []).reseal(changed, at: self.place)
                }
            }
        }
        for length in 0..<sealed.count {
            #expect(throws: SealingError.self) { try ring.open(sealed.prefix(length), at: self.place) }
        }
    }

    @Test func `in another place it opens nothing`() throws {
        let ring = Keyring(active: Self.key())
        let one = try ring.seal(Data("one".utf8), at: self.place("one"))
        let two = try ring.seal(Data("two".utf8), at: self.place("two"))
        let elsewhere = [
            self.place("two"),
            SealedPlace(table: "accounts.other", column: "secret", organisation: self.organisation, row: "one"),
            SealedPlace(table: "accounts.factor", column: "other", organisation: self.organisation, row: "one"),
            SealedPlace(table: "accounts.factor", column: "secret", organisation: .any(), row: "one"),
        ]
        for place in elsewhere { #expect(throws: SealingError.damaged) { try ring.open(one, at: place) } }
        #expect(throws: SealingError.damaged) { try ring.open(two, at: self.place("one")) }
        // Half of one and half of the other.
        let mixed = one.prefix(69) + two.dropFirst(69)
        #expect(throws: SealingError.damaged) { try ring.open(mixed, at: self.place("one")) }
        #expect(throws: SealingError.damaged) { try ring.open(mixed, at: self.place("two")) }
    }

    @Test func `with a new key the old one still opens, until everything is sealed anew and it can go`() throws {
        let old = Self.key(), new = Self.key(), plain = Data("a secret".utf8)
        let before = Keyring(active: old), between = Keyring(active: new, older: [old]), after = Keyring(active: new)
        let sealed = try before.seal(plain, at: self.place)
        #expect(try between.open(sealed, at: self.place) == plain)
        #expect(throws: SealingError.unknownKey) { try after.open(sealed, at: self.place) }
        let resealed = try #require(try between.reseal(sealed, at: self.place))
        #expect(try after.open(resealed, at: self.place) == plain)
        #expect(throws: SealingError.unknownKey) { try before.open(resealed, at: self.place) }
        // What it holds was not touched, and nothing is left to do.
        #expect(resealed.dropFirst(69) == sealed.dropFirst(69))
        #expect(try between.reseal(resealed, at: self.place) == nil)
        #expect(throws: SealingError.damaged) { try between.reseal(sealed, at: self.place("two")) }
        // A process that does not know the new key yet seals with the old one, and that opens too.
        #expect(try between.open(try before.seal(plain, at: self.place), at: self.place) == plain)
    }

    @Test func `no nonce comes twice in a hundred thousand`() throws {
        let ring = Keyring(active: Self.key())
        var wrapping: Set<Data> = [], holding: Set<Data> = []
        for _ in 0..<100_000 {
            let value = try SealedValue(try ring.seal(Data([1]), at: self.place))
            wrapping.insert(value.wrapped.prefix(12))
            holding.insert(value.content.prefix(12))
        }
        #expect(wrapping.count == 100_000 && holding.count == 100_000)
    }

    @Test func `neither the ring nor what is wrong with a value says what is in it`() throws {
        let key = Self.key(), ring = Keyring(active: key)
        let text = "\(ring.activeID.base64EncodedString()) \(SealingError.damaged.logDescription)"
        #expect(!text.contains(key.value.base64EncodedString()))
        #expect(ring.activeID != key.value.prefix(8) && ring.activeID.count == 8)
    }
}
