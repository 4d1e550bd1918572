import AsyncHTTPClient
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import TestKit
import Testing

@testable import Web

@Suite struct AssetsTests {
    /// What stops the start when a file is changed so.
    private func fault(_ change: (URL) throws -> Void) throws -> String? {
        let folder = try TestAssets.copy()
        defer { try? FileManager.default.removeItem(at: folder) }
        try change(folder)
        do {
            let icons = try Icons(directory: folder.appending(path: "vendor/icons").path)
            _ = try Templates(directory: folder.appending(path: "templates").path, icons: icons)
            _ = try Assets(directory: folder.path)
            return nil
        } catch {
            return "\(error)".replacing(folder.path, with: "Assets")
        }
    }

    private static func write(_ text: String, _ name: String) -> (URL) throws -> Void {
        { try Data(text.utf8).write(to: $0.appending(path: name)) }
    }

    @Test func `the repository's own assets are complete`() throws {
        #expect(try self.fault { _ in } == nil)
    }

    @Test(arguments: [
        ("vendor/icons/sun.svg", "takes in icons/sun, which is missing."),
        ("templates/parts/head.mustache", "which is missing."),
        ("images/mark.svg", "Assets/images/mark.svg is missing."),
        ("js/app/page.js", "Assets/js/app/page.js is missing."),
        ("css/tokens.css", "Assets/css/tokens.css is missing."),
        ("js/api-docs.js", "Assets/js/api-docs.js is missing."),
        ("js/service-worker.js", "Assets/js/service-worker.js is missing."),
        (
            "vendor/swagger-ui/swagger-ui.css",
            "Assets/vendor/swagger-ui/swagger-ui.css is missing; scripts/fetch-assets brings it."
        ),
    ]) func `what is missing stops the start with a sentence that names it`(name: String, sentence: String) throws {
        let fault = try self.fault { try FileManager.default.removeItem(at: $0.appending(path: name)) }
        #expect(fault?.hasSuffix(sentence) == true, "\(fault ?? "nothing")")
    }

    @Test func `what cannot be read stops it too`() throws {
        let section = try self.fault(Self.write("{{#open}}\n<p>", "templates/broken.mustache"))
        #expect(section?.hasPrefix("Assets/templates/broken.mustache cannot be read at line") == true)
        for tag in ["{{{name}}}", "{{&name}}"] {
            let fault = try self.fault(Self.write("<p>\(tag)</p>", "templates/open.mustache"))
            #expect(fault?.contains("Assets/templates/open.mustache does not escape") == true)
        }
        let icon = try self.fault(Self.write("<svg><script>alert(1)</script></svg>", "vendor/icons/sun.svg"))
        #expect(icon == "Assets/vendor/icons/sun.svg is not an outline that can stand in a page.")
        let outside = try self.fault(Self.write("@import url(\"../../secret.css\");\n", "css/app.css"))
        #expect(outside?.contains("names no file beside it") == true)
        let long = try self.fault(Self.write("import {\n a } from \"./b.js\";\n", "js/app/page.js"))
        #expect(long?.contains("js/app/page.js has an import of more than one line") == true)
    }

    @Test func `a file's address changes with it, and only then`() throws {
        let folder = try TestAssets.copy()
        defer { try? FileManager.default.removeItem(at: folder) }
        let before = try Assets(directory: folder.path), same = try Assets(directory: folder.path)
        #expect(before.path("css/app.css") == same.path("css/app.css"))
        #expect(before.path("css/app.css").wholeMatch(of: /\/assets\/[0-9a-f]{16}\/app.css/) != nil)
        let tokens = folder.appending(path: "css/tokens.css")
        try (Data(contentsOf: tokens) + Data("/* new */".utf8)).write(to: tokens)
        let after = try Assets(directory: folder.path)
        #expect(before.path("css/app.css") != after.path("css/app.css"))
        #expect(before.path("js/app.js") == after.path("js/app.js"))
    }

    @Test func `styles and scripts are joined, and import nothing`() async throws {
        let assets = try Assets(directory: try TestAssets.directory())
        try await TestSite().test { client in
            let sheet = try await client.execute(uri: assets.path("css/app.css"), method: .get)
            #expect(sheet.headers[.contentType] == "text/css; charset=utf-8")
            #expect(!sheet.text.contains("@import"))
            let layers = try #require(sheet.text.range(of: "@layer reset,"))
            let tokens = try #require(sheet.text.range(of: ":root"))
            #expect(layers.lowerBound < tokens.lowerBound)
            #expect(sheet.text.contains(".icon"))
            let script = try await client.execute(uri: assets.path("js/app.js"), method: .get)
            #expect(script.headers[.contentType] == "text/javascript; charset=utf-8")
            #expect(!script.text.contains(#/(?m)^(import|export) /#))
        }
    }

    @Test func `a file is kept for ever, and answered from what was packed at the start`() async throws {
        let assets = try Assets(directory: try TestAssets.directory())
        let path = assets.path("css/app.css")
        try await TestSite().test { client in
            let plain = try await client.execute(uri: path, method: .get, headers: [:])
            #expect(plain.status == .ok)
            #expect(plain.headers[.cacheControl] == "public, max-age=31536000, immutable")
            #expect(plain.headers[.vary] == "Accept-Encoding")
            #expect(plain.headers[.contentEncoding] == nil)
            let tag = try #require(plain.headers[.eTag])
            let known = try await client.execute(uri: path, method: .get, headers: [.ifNoneMatch: tag])
            #expect(known.status == .notModified && known.body.readableBytes == 0)
            for accept in ["gzip", "br, gzip;q=0.8", "*", "GZIP"] {
                let packed = try await client.execute(uri: path, method: .get, headers: [.acceptEncoding: accept])
                #expect(packed.headers[.contentEncoding] == "gzip")
                #expect(packed.body.readableBytes < plain.body.readableBytes / 2)
            }
            for accept in ["gzip;q=0", "gzip; q=0.0", "br", "identity"] {
                let unpacked = try await client.execute(uri: path, method: .get, headers: [.acceptEncoding: accept])
                #expect(unpacked.headers[.contentEncoding] == nil)
            }
            let mark = try await client.execute(uri: assets.path("images/mark.svg"), method: .get)
            #expect(mark.headers[.contentType] == "image/svg+xml")
        }
    }

    @Test func `what was packed is what there was`() async throws {
        let path = try Assets(directory: try TestAssets.directory()).path("js/app.js")
        try await TestSite().test(.live) { client in
            let plain = try await client.execute(uri: path, method: .get)
            var configuration = HTTPClient.Configuration()
            configuration.decompression = .enabled(limit: .none)
            let unpacking = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
            let request = HTTPClientRequest(url: "http://localhost:\(client.port ?? 0)\(path)")
            let response = try await unpacking.execute(request, timeout: .seconds(10))
            let body = try await response.body.collect(upTo: 10_000_000)
            try await unpacking.shutdown()
            #expect(response.headers.first(name: "content-encoding") == "gzip")
            #expect(body == plain.body)
        }
    }

    @Test func `nothing but the files is served`() async throws {
        let hash = try Assets(directory: try TestAssets.directory()).path("css/app.css").split(separator: "/")[1]
        try await TestSite().test { client in
            for path in [
                "/assets/\(hash)/app.js", "/assets/0000000000000000/app.css", "/assets/\(hash)/..%2f..%2fPackage.swift",
                "/assets/\(hash)/../app.css", "/assets/", "/assets/\(hash)", "/Assets/css/app.css",
            ] {
                let answer = try await client.execute(uri: path, method: .get)
                #expect(answer.status == .notFound, "\(path)")
                #expect(answer.headers[.cacheControl] == "no-store")
            }
        }
    }

    @Test func `the service worker is told what to keep`() async throws {
        let assets = try Assets(directory: try TestAssets.directory())
        let worker = try await TestSite().test { try await $0.execute(uri: "/service-worker.js", method: .get) }
        #expect(worker.headers[.contentType] == "text/javascript; charset=utf-8")
        #expect(worker.headers[.cacheControl] == "no-cache")
        let names = ["css/app.css", "js/app.js", "images/mark.svg"].map { "\"\(assets.path($0))\"" }.joined(
            separator: ",")
        #expect(worker.text.hasPrefix("self.WCC_KEEP=[\(names),\"/offline\"];\n"))
    }

    @Test func `packing is not worth it for what is short`() {
        #expect(Gzip.compress(Array("a".utf8)) == nil)
        #expect(Gzip.compress([]) == nil)
        let packed = Gzip.compress(Array(repeating: 0x61, count: 100_000))
        #expect(packed.map { $0.count < 1_000 && $0.prefix(2) == [0x1F, 0x8B] } == true)
    }
}
