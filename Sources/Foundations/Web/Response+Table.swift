import HTTPTypes
package import Hummingbird
package import Kernel
import NIOCore

extension Response {
    /// A table to take away, sent line by line, so that no list is too long.
    ///
    /// Its first page is read before the answer begins, for what goes wrong there can still be said.
    package static func table<Element>(
        _ name: String, columns: [String], page: @escaping @Sendable (_ after: String?) async throws -> Page<Element>,
        line: @escaping @Sendable (Element) -> [String]
    ) async throws -> Response {
        let first = try await page(nil)
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(string: CSVLine.byteOrderMark + CSVLine.text(columns)))
            var shown = first
            while true {
                try await writer.write(ByteBuffer(string: shown.items.map { CSVLine.text(line($0)) }.joined()))
                guard let next = shown.next else { break }
                shown = try await page(next)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8", .cacheControl: "no-store",
                .contentDisposition: "attachment; filename=\"\(name).csv\"",
            ], body: body)
    }
}
