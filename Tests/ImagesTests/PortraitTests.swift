import CVips
import Foundation
import TestKit
import Testing

@testable import Images

@Suite(.timeLimit(.minutes(5))) struct PortraitTests {
    private func portrait(_ file: [UInt8]) async throws -> Portrait { try await PortraitMaker().portrait(of: file) }

    private func fault(_ file: [UInt8]) async -> PortraitFault? {
        do {
            _ = try await self.portrait(file)
            return nil
        } catch { return error as? PortraitFault }
    }

    @Test(arguments: [
        TestPicture.png(700, 900), TestPicture.jpeg(700, 900), TestPicture.jpeg(2_400, 1_800),
        TestPicture.png(600, 3_000),
    ])
    func `what is kept is a square JPEG in two sizes`(_ file: [UInt8]) async throws {
        let portrait = try await self.portrait(file)
        for (bytes, side) in [(portrait.large, 512), (portrait.small, 128)] {
            #expect(ImageKind(bytes) == .jpeg)
            let pixels = try #require(TestPicture.pixels(bytes))
            #expect(pixels.width == side && pixels.height == side && pixels.bands == 3)
        }
        #expect(portrait.small.count < portrait.large.count && portrait.large.count < 100_000)
    }

    @Test func `a small picture is made square, and no larger than it is`() async throws {
        let portrait = try await self.portrait(TestPicture.png(110, 300))
        #expect(try #require(TestPicture.pixels(portrait.large)).width == 110)
        #expect(try #require(TestPicture.pixels(portrait.small)).height == 110)
        #expect(await self.fault(TestPicture.png(99, 300)) == .tooSmall)
        #expect(await self.fault(TestPicture.png(1, 1)) == .tooSmall)
    }

    @Test func `a picture is upright however the camera was held, and says nothing of where that was`() async throws {
        let file = TestPicture.jpeg(300, 300)
        #expect(String(decoding: TestPicture.withCamera(file, orientation: 6), as: UTF8.self).contains("GPS 53.8"))
        // Where the red quarter is, which is the first when nothing is turned.
        for (orientation, x, y) in [(UInt8(1), 50, 50), (3, 250, 250), (6, 250, 50), (8, 50, 250), (2, 250, 50)] {
            let portrait = try await self.portrait(TestPicture.withCamera(file, orientation: orientation))
            let pixels = try #require(TestPicture.pixels(portrait.large))
            #expect(pixels.isLike(TestPicture.red, x: x, y: y), "\(orientation)")
            for bytes in [portrait.large, portrait.small] {
                let text = String(decoding: bytes, as: UTF8.self)
                for trace in ["GPS", "53.8", "Exif", "ICC_PROFILE", "http:", "Photoshop"] {
                    #expect(!text.contains(trace), "\(trace)")
                }
            }
        }
    }

    @Test func `what is transparent becomes white`() async throws {
        let portrait = try await self.portrait(TestPicture.png(200, 200, alpha: 0))
        let pixels = try #require(TestPicture.pixels(portrait.large))
        #expect(pixels.isLike((255, 255, 255), x: 20, y: 20))
    }

    @Test func `a picture in grey becomes one like the others`() async throws {
        let rows = [UInt8](repeating: 0, count: 200 * 201)
        let portrait = try await self.portrait(TestPicture.png(200, 200, kind: 0, rows: rows))
        #expect(try #require(TestPicture.pixels(portrait.large)).bands == 3)
    }

    @Test func `a header that promises a huge picture is refused before a pixel is read`() async throws {
        let rows = [UInt8](repeating: 0, count: 20_000)
        let jpeg = TestPicture.jpeg()
        let frame = try #require(jpeg.indices.dropLast(9).first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
        var bomb = jpeg
        bomb.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
        // Were a pixel read, it would be found to be cut off, as the last one is.
        for file in [
            TestPicture.png(65_500, 65_500, kind: 2, rows: rows), bomb,
            TestPicture.png(12_001, 100, kind: 2, rows: rows), TestPicture.png(8_000, 7_000, kind: 2, rows: rows),
            // Held whole while it is read, so that less is allowed.
            TestPicture.png(5_000, 5_000, kind: 2, isInterlaced: true, rows: rows),
        ] { #expect(await self.fault(file) == .tooManyPixels) }
        #expect(await self.fault(TestPicture.png(5_000, 5_000, kind: 2, rows: rows)) == .unreadable)
    }

    @Test func `a picture that would be gone over thousands of times is refused`() async {
        let scan: [UInt8] = [0xFF, 0xDA], file = TestPicture.jpeg()
        #expect(await self.fault(file + Array(repeating: scan, count: 40).flatMap { $0 }) == nil)
        #expect(await self.fault(file + Array(repeating: scan, count: 64).flatMap { $0 }) == .unreadable)
    }

    @Test func `what is cut off is refused, wherever that was`() async {
        for file in [TestPicture.jpeg(), TestPicture.png(160, 200) { x, y in (UInt8(x), UInt8(y), UInt8(x ^ y)) }] {
            for part in [20, 50, 90] {
                #expect(await self.fault(Array(file.prefix(file.count * part / 100))) == .unreadable, "\(part)")
            }
        }
    }

    @Test func `what is no picture, or another kind of one, is told apart`() async {
        for (text, fault) in [
            ("", PortraitFault.noPicture), ("Dear Sian", .noPicture), ("%PDF-1.7", .noPicture),
            ("GIF89a", .otherKind), ("<svg xmlns=\"http://www.w3.org/2000/svg\"/>", .otherKind),
            ("<?xml version=\"1.0\"?>", .otherKind), ("RIFF1234WEBPVP8 ", .otherKind),
            ("\0\0\0\u{18}ftypheic\0\0\0\0", .heic), ("\0\0\0\u{18}ftypmif1\0\0\0\0", .heic),
            ("\0\0\0\u{18}ftypavif\0\0\0\0", .otherKind),
        ] { #expect(await self.fault(Array(text.utf8)) == fault, "\(text)") }
        #expect(await self.fault([0xFF, 0xD8, 0xFF]) == .unreadable)
        #expect(await self.fault([UInt8](repeating: 0, count: Portrait.mostBytes + 1)) == .tooLarge)
    }

    @Test func `whoever would wait long is told to come back`() async throws {
        await #expect(throws: PortraitFault.busy) {
            _ = try await PortraitMaker(limit: 0).portrait(of: TestPicture.any)
        }
        let maker = PortraitMaker(limit: 3)
        let told = await withTaskGroup(of: PortraitFault?.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    do {
                        _ = try await maker.portrait(of: TestPicture.any)
                        return nil
                    } catch { return error as? PortraitFault ?? .unreadable }
                }
            }
            return await group.reduce(into: [PortraitFault?]()) { $0.append($1) }
        }
        #expect(told.contains(nil) && told.allSatisfy { $0 == nil || $0 == .busy })
        // Whoever comes later is let in again.
        #expect(try await maker.portrait(of: TestPicture.any).small.isEmpty == false)
    }
}

/// Whatever is sent, the process lives on and its memory is bounded.
@Suite(.timeLimit(.minutes(10))) struct PortraitFuzzTests {
    /// The same numbers each time, so that what failed fails again.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            self.state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = self.state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static func mutated(_ file: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var file = file
        for _ in 0..<Int.random(in: 1...6, using: &dice) {
            guard let place = file.indices.dropFirst(3).randomElement(using: &dice) else { break }
            let other = Int.random(in: place...min(file.count - 1, place + 60), using: &dice)
            switch Int.random(in: 0..<6, using: &dice) {
            case 0: file[place] = UInt8.random(in: 0...255, using: &dice)
            case 1: file[place] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
            case 2: file[place] = [0x00, 0xFF, 0x7F, 0x80].randomElement(using: &dice) ?? 0
            case 3: file.removeSubrange(place...other)
            case 4: file.insert(contentsOf: file[place...other], at: place)
            default: file.removeSubrange(place...)
            }
        }
        return file
    }

    @Test func `thousands of broken pictures become portraits or faults, and nothing else`() {
        #expect(wcc_vips_start() == 0)
        var dice = Dice(state: 52), made = 0, refused = 0
        let noise = TestPicture.png(120, 120) { x, y in (UInt8(x * 2), UInt8(y * 2), UInt8((x * y) % 256)) }
        let seeds = [
            noise, TestPicture.png(120, 110, alpha: 90), TestPicture.jpeg(120, 130),
            TestPicture.withCamera(TestPicture.jpeg(110, 110), orientation: 6),
        ]
        for number in 0..<3_000 {
            let file = Self.mutated(seeds[number % seeds.count], &dice)
            do throws(PortraitFault) {
                let portrait = try Portrait(of: file)
                #expect(ImageKind(portrait.large) == .jpeg && ImageKind(portrait.small) == .jpeg)
                made += 1
            } catch {
                refused += 1
            }
        }
        // It has been on both sides, and far enough in to matter.
        #expect(made > 100 && refused > 500, "\(made) made, \(refused) refused")
        #expect(vips_tracked_get_mem_highwater() < 512 * 1024 * 1024)
        #expect(vips_tracked_get_files() < 10)
    }
}
