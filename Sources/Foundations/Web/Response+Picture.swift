package import Hummingbird
import NIOCore

extension Response {
    /// A picture that we have made ourselves, to be shown on a page and kept nowhere.
    ///
    /// Should a browser ever take it for a page, nothing in it runs.
    package static func jpeg(_ bytes: [UInt8]) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "image/jpeg", .cacheControl: "private, no-store", .xContentTypeOptions: "nosniff",
                .contentSecurityPolicy: "\(SecurityHeaders.closed); sandbox",
            ], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
