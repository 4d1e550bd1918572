/// What a file is, by its first bytes; what it is called, and what the sender says of it, are not asked.
package enum ImageKind: Sendable, Equatable {
    case jpeg, png
    /// As some phones save photos.
    case heic
    /// A picture of a kind that is not read here: GIF, WebP, SVG, TIFF, BMP, AVIF.
    case other
    /// No picture that we know.
    case unknown

    package init(_ bytes: [UInt8]) {
        func has(_ text: String, at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: text.utf8) }
        let brand = bytes.dropFirst(8).prefix(4)
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if has("ftyp", at: 4), Self.phoneBrands.contains(where: { brand.elementsEqual($0.utf8) }) {
            self = .heic
        } else if has("GIF8") || has("RIFF") && has("WEBP", at: 8) || has("ftypavif", at: 4) || has("BM")
            || has("II*\0") || has("MM\0*") || has("<svg") || has("<?xml")
        {
            self = .other
        } else {
            self = .unknown
        }
    }

    private static let phoneBrands = ["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"]

    /// As HTTP calls it, if it is one that is read here.
    package var mediaType: String? {
        switch self {
        case .jpeg: "image/jpeg"
        case .png: "image/png"
        case .heic, .other, .unknown: nil
        }
    }
}
