import Foundation

/// What a template is given, in the few shapes that templates know.
package indirect enum PageModel: Sendable, Equatable {
    case object([String: PageModel])
    case list([PageModel])
    case text(String)
    case flag(Bool)
    /// Something that no template can show as it is meant.
    case other(String)

    package init(_ value: Any) {
        switch value {
        case let value as [String: Any]: self = .object(value.mapValues { PageModel($0) })
        case let value as [Any]: self = .list(value.map { PageModel($0) })
        case let value as String: self = .text(value)
        case let value as Bool: self = .flag(value)
        default: self = .other("\(type(of: value))")
        }
    }

    package init(json: Data) throws { self = PageModel(try JSONSerialization.jsonObject(with: json)) }

    /// Whether a section with it is shown.
    package var isThere: Bool {
        switch self {
        case .object, .text: true
        case .list(let items): !items.isEmpty
        case .flag(let value): value
        case .other: true
        }
    }

    package subscript(_ key: String) -> PageModel? {
        if case .object(let values) = self { values[key] } else { nil }
    }

    /// The keys that stand at each place, lists counting as one place.
    package func shape(at place: String = "") -> [String: Set<String>] {
        switch self {
        case .object(let values):
            values.reduce(into: [place: Set(values.keys)]) { shapes, pair in
                shapes.merge(pair.value.shape(at: "\(place)/\(pair.key)")) { $0.union($1) }
            }
        case .list(let items):
            items.reduce(into: [:]) { $0.merge($1.shape(at: "\(place)[]")) { $0.union($1) } }
        default: [:]
        }
    }

    /// What of it no template can show, by place.
    package func misfits(at place: String = "") -> [String] {
        switch self {
        case .object(let values): values.flatMap { $1.misfits(at: "\(place)/\($0)") }
        case .list(let items): items.flatMap { $0.misfits(at: "\(place)[]") }
        case .other(let type): ["\(place) is a \(type)"]
        default: []
        }
    }
}
