import Foundation
import HTTPTypes
package import Hummingbird
import Kernel

/// `/health`, `/health/liveness` and `/health/readiness`.
package struct HealthRoutes: Sendable {
    package enum Audience: Sendable {
        /// Anybody: which components are up, and no more.
        case everyone
        /// Those who run the product: why not, and how long it took.
        case operators
    }

    private let registry: HealthRegistry
    private let audience: Audience

    package init(_ registry: HealthRegistry, for audience: Audience) {
        self.registry = registry
        self.audience = audience
    }

    package func register(on router: some RouterMethods<some RequestContext>) {
        router.get("health") { _, _ in
            let report = await self.registry.report()
            return try Self.response(
                report.isReady, HealthDocument(report, for: self.audience, listing: report.components))
        }
        router.get("health/liveness") { _, _ in
            try Self.response(true, HealthDocument(status: .up, failing: nil, components: nil))
        }
        router.get("health/readiness") { _, _ in
            let report = await self.registry.report()
            let missing = report.components.filter { $0.isRequired && $0.state != .up }
            let document = HealthDocument(
                status: report.isReady ? .up : .down, failing: missing.isEmpty ? nil : missing.map(\.name),
                components: nil)
            return try Self.response(report.isReady, document)
        }
    }

    private static func response(_ isGood: Bool, _ document: HealthDocument) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var headers: HTTPFields = [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"]
        if !isGood { headers[.retryAfter] = "5" }
        return Response(
            status: isGood ? .ok : .serviceUnavailable, headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(document) + Data("\n".utf8))))
    }
}

private struct HealthDocument: Encodable {
    struct Component: Encodable {
        let name: String
        let state: HealthReport.State
        var required: Bool?
        var reason: String?
        var milliseconds: Int?
    }

    let status: HealthReport.State
    let failing: [String]?
    let components: [Component]?

    init(status: HealthReport.State, failing: [String]?, components: [Component]?) {
        self.status = status
        self.failing = failing
        self.components = components
    }

    init(_ report: HealthReport, for audience: HealthRoutes.Audience, listing components: [HealthReport.Component]) {
        self.init(
            status: report.state, failing: nil,
            components: components.map {
                switch audience {
                case .everyone: Component(name: $0.name, state: $0.state)
                case .operators:
                    Component(
                        name: $0.name, state: $0.state, required: $0.isRequired, reason: $0.reason,
                        milliseconds: $0.took.milliseconds)
                }
            })
    }
}
