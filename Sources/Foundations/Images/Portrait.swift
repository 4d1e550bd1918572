import CVips

/// A photo of a face as it is kept: square, upright, in two sizes, JPEG, and nothing of what the camera wrote into it.
package struct Portrait: Sendable, Equatable {
    package let large: [UInt8]
    /// For lists, which show many at once.
    package let small: [UInt8]

    package init(large: [UInt8], small: [UInt8]) {
        self.large = large
        self.small = small
    }

    package static let side = 512
    package static let smallSide = 128
    package static let mostBytes = 8 * 1024 * 1024
    static let mostPixels = 50_000_000
    /// Of one that is held whole while it is read, because it comes in several passes.
    static let mostPixelsInPasses = 16_000_000
    static let longestSide = 12_000
    static let shortestSide = 100
    /// How often a JPEG may go over the whole picture; an honest one does so ten times.
    static let mostPasses = 64

    /// Makes one of a file that somebody has sent; on the calling thread, and not quickly.
    ///
    /// What its header says is looked at before a single pixel is read, so that a small file that would become a huge
    /// picture costs nothing.
    ///
    /// - Parameter file: What was sent; nothing about it is believed.
    /// - Throws: ``PortraitFault`` for whatever cannot be made one of.
    init(of file: [UInt8]) throws(PortraitFault) {
        guard file.count <= Self.mostBytes else { throw .tooLarge }
        let kind = ImageKind(file)
        switch kind {
        case .jpeg, .png: break
        case .heic: throw .heic
        case .other: throw .otherKind
        case .unknown: throw .noPicture
        }
        let made = file.withUnsafeBytes { bytes in Result { () throws(PortraitFault) in try Self.make(bytes, kind) } }
        self = try made.get()
    }

    /// The bytes are there for as long as any picture made of them.
    private static func make(_ bytes: UnsafeRawBufferPointer, _ kind: ImageKind) throws(PortraitFault) -> Portrait {
        defer { wcc_vips_end() }
        guard kind != .jpeg || Self.passes(bytes) <= Self.mostPasses else { throw .unreadable }
        let header = try Picture(bytes, kind)
        let size = header.size, pixels = size.width * size.height
        guard max(size.width, size.height) <= Self.longestSide,
            pixels <= (header.isInPasses ? Self.mostPixelsInPasses : Self.mostPixels), (1...4).contains(header.bands)
        else { throw .tooManyPixels }
        let shorter = min(size.width, size.height)
        guard shorter >= Self.shortestSide else { throw .tooSmall }
        // A JPEG can be read at a half, a quarter or an eighth, which is most of the time that it takes.
        let shrink = kind == .jpeg ? [8, 4, 2].first { shorter / $0 >= Self.side } : nil
        let picture = if let shrink { try Picture(bytes, kind, shrink: shrink) } else { header }
        let large = try picture.square(min(Self.side, shorter))
        let small = try large.resized(to: min(Self.smallSide, shorter))
        return Portrait(large: try large.jpeg(quality: 84), small: try small.jpeg(quality: 80))
    }
}

extension Portrait {
    /// How many scans a JPEG says it has: each is a few bytes for whoever writes it, and work over all of it for us.
    private static func passes(_ bytes: UnsafeRawBufferPointer) -> Int {
        var passes = 0, previous: UInt8 = 0
        for byte in bytes {
            if previous == 0xFF, byte == 0xDA { passes += 1 }
            previous = byte
        }
        return passes
    }
}

/// Why something that was sent is no portrait.
package enum PortraitFault: Error, Equatable {
    case tooLarge, heic, otherKind, noPicture
    /// It begins like a picture, and is broken or cut off.
    case unreadable
    case tooManyPixels, tooSmall
    /// Too many wait already.
    case busy
}

/// A picture of libvips, which is let go with it.
private final class Picture {
    private let handle: UnsafeMutablePointer<VipsImage>

    private init(_ make: (UnsafeMutablePointer<UnsafeMutablePointer<VipsImage>?>) -> Int32) throws(PortraitFault) {
        var made: UnsafeMutablePointer<VipsImage>?
        guard make(&made) == 0, let made else { throw .unreadable }
        self.handle = made
    }

    /// Reads the header only.
    convenience init(_ bytes: UnsafeRawBufferPointer, _ kind: ImageKind, shrink: Int = 1) throws(PortraitFault) {
        try self.init { made in
            kind == .png
                ? wcc_vips_open_png(bytes.baseAddress, bytes.count, made)
                : wcc_vips_open_jpeg(bytes.baseAddress, bytes.count, Int32(shrink), made)
        }
    }

    deinit { wcc_vips_let_go(self.handle) }

    var size: (width: Int, height: Int) {
        (Int(vips_image_get_width(self.handle)), Int(vips_image_get_height(self.handle)))
    }
    var bands: Int { Int(vips_image_get_bands(self.handle)) }
    var isInPasses: Bool { wcc_vips_is_in_passes(self.handle) != 0 }

    func square(_ side: Int) throws(PortraitFault) -> Picture {
        try Picture { wcc_vips_square(self.handle, Int32(side), $0) }
    }

    func resized(to side: Int) throws(PortraitFault) -> Picture {
        try Picture { wcc_vips_resize(self.handle, Int32(side), $0) }
    }

    func jpeg(quality: Int) throws(PortraitFault) -> [UInt8] {
        var bytes: UnsafeMutableRawPointer?
        var count = 0
        guard wcc_vips_jpeg(self.handle, Int32(quality), &bytes, &count) == 0, let bytes else { throw .unreadable }
        defer { g_free(bytes) }
        return Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }
}
