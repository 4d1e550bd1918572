import CQREncode

/// A picture that a phone reads, as an SVG path of its dark squares.
struct QRCode {
    /// How many units each side has, the quiet edge among them.
    let side: Int
    let path: String

    private static let edge = 4

    /// - Parameter text: Of a few hundred characters at most; `nil` for what does not fit.
    init?(_ text: String) {
        guard let code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else { return nil }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        guard width > 0, let squares = code.pointee.data else { return nil }
        let dark = UnsafeBufferPointer(start: squares, count: width * width).map { $0 & 1 == 1 }
        var path = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                let start = column
                while column < width, dark[row * width + column] { column += 1 }
                if column > start {
                    path += "M\(start + Self.edge) \(row + Self.edge)h\(column - start)v1h-\(column - start)z"
                }
                column += 1
            }
        }
        self.side = width + 2 * Self.edge
        self.path = path
    }
}
