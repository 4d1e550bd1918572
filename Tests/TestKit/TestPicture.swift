import CVips
import CZlib

/// Pictures that tests draw themselves, and what is in those that come back.
package enum TestPicture {
    package typealias Colour = (red: UInt8, green: UInt8, blue: UInt8)

    package static let red: Colour = (220, 20, 20), green: Colour = (20, 180, 20), blue: Colour = (20, 20, 220)
    package static let white: Colour = (250, 250, 250)

    /// Something to upload where it does not matter what.
    package static let any = Self.png()

    /// Each quarter in a colour of its own: red, green, blue and white, as one reads.
    package static func quarters(_ width: Int, _ height: Int) -> (Int, Int) -> Colour {
        { x, y in
            switch (x < width / 2, y < height / 2) {
            case (true, true): Self.red
            case (false, true): Self.green
            case (true, false): Self.blue
            case (false, false): Self.white
            }
        }
    }

    // MARK: PNG

    /// - Parameters:
    ///   - width: In pixels.
    ///   - height: In pixels.
    ///   - alpha: How opaque it is; without one it has no such channel.
    ///   - colour: What is where; quarters without it.
    /// - Returns: A whole file.
    package static func png(
        _ width: Int = 160, _ height: Int = 200, alpha: UInt8? = nil, colour: ((Int, Int) -> Colour)? = nil
    ) -> [UInt8] {
        let colour = colour ?? self.quarters(width, height)
        var rows: [UInt8] = []
        rows.reserveCapacity(height * (1 + width * 4))
        for y in 0..<height {
            rows.append(0)
            for x in 0..<width {
                let point = colour(x, y)
                rows += [point.red, point.green, point.blue]
                if let alpha { rows.append(alpha) }
            }
        }
        return Self.png(width, height, kind: alpha == nil ? 2 : 6, rows: rows)
    }

    /// One whose header may say anything.
    package static func png(_ width: Int, _ height: Int, kind: UInt8, isInterlaced: Bool = false, rows: [UInt8])
        -> [UInt8]
    {
        let header = Self.bytes(width) + Self.bytes(height) + [8, kind, 0, 0, isInterlaced ? 1 : 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + self.chunk("IHDR", header)
            + self.chunk("IDAT", Self.deflated(rows)) + self.chunk("IEND", [])
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        let sum = body.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
        return self.bytes(content.count) + body + self.bytes(Int(sum))
    }

    private static func bytes(_ number: Int) -> [UInt8] {
        let number = UInt32(truncatingIfNeeded: number).bigEndian
        return withUnsafeBytes(of: number) { Array($0) }
    }

    private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        var count = compressBound(UInt(bytes.count))
        var out = [UInt8](repeating: 0, count: Int(count))
        _ = compress2(&out, &count, bytes, UInt(bytes.count), 6)
        return Array(out.prefix(Int(count)))
    }

    // MARK: JPEG

    private static let isReady = wcc_vips_start() == 0

    package static func jpeg(_ width: Int = 160, _ height: Int = 200, colour: ((Int, Int) -> Colour)? = nil) -> [UInt8]
    {
        precondition(self.isReady)
        let png = self.png(width, height, colour: colour)
        return png.withUnsafeBytes { source in
            var picture: UnsafeMutablePointer<VipsImage>?
            var bytes: UnsafeMutableRawPointer?
            var count = 0
            guard wcc_vips_open_png(source.baseAddress, source.count, &picture) == 0, let picture else { return [] }
            defer { wcc_vips_let_go(picture) }
            guard wcc_vips_jpeg(picture, 90, &bytes, &count) == 0, let bytes else { return [] }
            defer { g_free(bytes) }
            return Array(UnsafeRawBufferPointer(start: bytes, count: count))
        }
    }

    /// What a camera writes at the front of a file: how it was held, and where it was.
    package static func withCamera(_ jpeg: [UInt8], orientation: UInt8) -> [UInt8] {
        // Big-endian TIFF: orientation, and a pointer to the place with its latitude as text.
        let main: [UInt8] =
            Array("MM".utf8) + [0, 42, 0, 0, 0, 8] + [0, 2]
            + [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
            + [0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38] + [0, 0, 0, 0]
        let place: [UInt8] =
            [0, 1] + [0, 0x1B, 0, 7] + Self.bytes(self.place.utf8.count) + [0, 0, 0, 56] + [0, 0, 0, 0]
            + Array(self.place.utf8)
        let body = Array("Exif\0\0".utf8) + main + place
        let length = UInt16(body.count + 2).bigEndian
        return Array(jpeg.prefix(2)) + [0xFF, 0xE1] + withUnsafeBytes(of: length) { Array($0) } + body
            + Array(jpeg.dropFirst(2))
    }

    /// Stands in the part of a file that says where it was taken.
    package static let place = "GPS 53.8008 N 1.5491 W"

    // MARK: What comes back

    package struct Pixels: Sendable {
        package let width: Int, height: Int, bands: Int
        let bytes: [UInt8]

        package subscript(x: Int, y: Int) -> Colour {
            let start = (y * self.width + x) * self.bands
            return (self.bytes[start], self.bytes[start + 1], self.bytes[start + 2])
        }

        /// Whether it is that colour, give or take what compressing changes.
        package func isLike(_ colour: Colour, x: Int, y: Int) -> Bool {
            let here = self[x, y]
            return [(here.red, colour.red), (here.green, colour.green), (here.blue, colour.blue)]
                .allSatisfy { abs(Int($0) - Int($1)) < 30 }
        }
    }

    /// What a JPEG shows; `nil` if it is none.
    package static func pixels(_ jpeg: [UInt8]) -> Pixels? {
        precondition(self.isReady)
        return jpeg.withUnsafeBytes { source in
            var picture: UnsafeMutablePointer<VipsImage>?
            guard wcc_vips_open_jpeg(source.baseAddress, source.count, 1, &picture) == 0, let picture else {
                return nil
            }
            defer { wcc_vips_let_go(picture) }
            var count = 0
            guard let bytes = vips_image_write_to_memory(picture, &count) else { return nil }
            defer { g_free(bytes) }
            return Pixels(
                width: Int(vips_image_get_width(picture)), height: Int(vips_image_get_height(picture)),
                bands: Int(vips_image_get_bands(picture)),
                bytes: Array(UnsafeRawBufferPointer(start: bytes, count: count)))
        }
    }
}
