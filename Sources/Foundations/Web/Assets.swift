import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import NIOCore

/// The files that pages refer to, read once, each at an address that changes when it does.
///
/// So a browser may keep one for ever and never asks again; and what is sent is what was compressed at the start.
package struct Assets: Sendable {
    private struct Asset {
        let type: String
        let plain: ByteBuffer
        let packed: ByteBuffer?
    }

    private let assets: [String: Asset]
    private let paths: [String: String]
    private let serviceWorker: Asset

    private static let types = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png", "webp": "image/webp", "woff2": "font/woff2", "ico": "image/x-icon",
    ]
    private static let folders = ["images", "vendor/htmx", "vendor/swagger-ui"]
    /// Pages ask for these by name.
    private static let required = [
        "images/mark.svg", "vendor/swagger-ui/swagger-ui-bundle.js", "vendor/swagger-ui/swagger-ui.css",
    ]

    /// - Parameter directory: The folder with `css`, `js`, `images` and what set-up has fetched into `vendor`.
    /// - Throws: ``AssetFault`` that names what is missing.
    package init(directory: String) throws(AssetFault) {
        let folder = FolderReader(directory)
        var files = [
            "css/app.css": try AssetJoiner.stylesheet(folder), "js/app.js": try AssetJoiner.script(folder),
            "js/api-docs.js": try folder.file("js/api-docs.js"),
        ]
        let worker = try folder.file("js/service-worker.js")
        for name in Self.folders {
            for ending in Self.types.keys {
                for file in try FolderReader("\(directory)/\(name)").files(withExtension: ending) {
                    files["\(name)/\(file.name)"] = file.content
                }
            }
        }
        for name in Self.required where files[name] == nil {
            throw AssetFault(
                "\(directory)/\(name)",
                name.hasPrefix("vendor") ? "is missing; scripts/fetch-assets brings it" : "is missing")
        }
        var assets: [String: Asset] = [:]
        var paths: [String: String] = [:]
        for (name, content) in files {
            let hash = SHA256.hash(data: content).prefix(8).map { String(format: "%02x", $0) }.joined()
            let path = "/assets/\(hash)/\(name.split(separator: "/").last ?? "")"
            paths[name] = path
            assets[path] = Self.asset(content, name)
        }
        self.assets = assets
        self.paths = paths
        self.serviceWorker = Self.asset(Self.worker(worker, paths), "service-worker.js")
    }

    /// The service worker is told what to keep; it has no other way to know the addresses.
    private static func worker(_ script: Data, _ paths: [String: String]) -> Data {
        let kept = ["css/app.css", "js/app.js", "images/mark.svg"].compactMap { paths[$0] } + ["/offline"]
        let list = kept.map { "\"\($0)\"" }.joined(separator: ",")
        return Data("self.WCC_KEEP=[\(list)];\n".utf8) + script
    }

    private static func asset(_ content: Data, _ name: String) -> Asset {
        let ending = name.split(separator: ".").last.map(String.init) ?? ""
        let bytes = Array(content)
        return Asset(
            type: Self.types[ending] ?? "application/octet-stream", plain: ByteBuffer(bytes: bytes),
            packed: ["png", "webp", "woff2"].contains(ending) ? nil : Gzip.compress(bytes).map(ByteBuffer.init(bytes:)))
    }

    /// The address of a file, such as `css/app.css`; one that is not there has the address of nothing.
    package func path(_ name: String) -> String { self.paths[name] ?? "/assets/missing/\(name)" }

    func response(to request: Request) throws(Problem) -> Response {
        guard let asset = self.assets[request.uri.path] else { throw .nothingHere }
        // The address says what is in it, so whoever has the address's file has this one.
        let tag = "\"\(request.uri.path.split(separator: "/").dropFirst().first ?? "")\""
        let headers: HTTPFields = [.cacheControl: "public, max-age=31536000, immutable", .eTag: tag]
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        return Self.response(asset, to: request, headers)
    }

    /// Kept by nobody but the browser that runs it, which asks for it again at every visit.
    func serviceWorkerResponse(to request: Request) -> Response {
        Self.response(
            self.serviceWorker, to: request,
            [.cacheControl: "no-cache", .contentSecurityPolicy: SecurityHeaders.worker])
    }

    private static func response(_ asset: Asset, to request: Request, _ headers: HTTPFields) -> Response {
        var headers = headers
        headers[.contentType] = asset.type
        headers[.vary] = "Accept-Encoding"
        guard let packed = asset.packed, request.takesGzip else {
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: asset.plain))
        }
        headers[.contentEncoding] = "gzip"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: packed))
    }
}

extension Request {
    fileprivate var takesGzip: Bool {
        self.headers[values: .acceptEncoding].flatMap { $0.split(separator: ",") }.contains { offer in
            let parts = offer.filter { !$0.isWhitespace }.lowercased().split(separator: ";")
            return (parts.first == "gzip" || parts.first == "*")
                && !parts.dropFirst().contains { $0.hasPrefix("q=0") && $0.allSatisfy { "q=0.".contains($0) } }
        }
    }
}
