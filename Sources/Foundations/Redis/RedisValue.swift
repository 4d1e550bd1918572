/// One reply of Redis, or a part of one.
package enum RedisValue: Sendable, Equatable {
    case text(String)
    case number(Int)
    case list([RedisValue])
    case error(String)
    case nothing

    package var number: Int? { if case .number(let number) = self { number } else { nil } }
    package var text: String? { if case .text(let text) = self { text } else { nil } }
    package var list: [RedisValue]? { if case .list(let list) = self { list } else { nil } }
}
