import Foundation

/// A JSON file of settings: `{"http": {"port": 8080}}`.
///
/// Flattened to text, so that a number means the same here as in the environment.
struct JSONSettings {
    /// What is at a key: a text, or why it is none.
    private(set) var entries: [(key: String, value: Result<String, Unfit>)] = []

    init(_ data: Data) throws {
        let root = try JSONDecoder().decode(Value.self, from: data)
        guard case .object(let members) = root else { throw Unfit("is not a JSON object") }
        self.flatten(members, below: [])
    }

    private mutating func flatten(_ members: [String: Value], below path: [String]) {
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            let path = path + [name]
            let text: Result<String, Unfit>
            switch value {
            case .object(let members):
                self.flatten(members, below: path)
                continue
            case .null: continue
            case .text(let value): text = .success(value)
            case .integer(let value): text = .success("\(value)")
            case .number(let value): text = .success("\(value)")
            case .boolean(let value): text = .success(value ? "true" : "false")
            case .list: text = .failure(Unfit("is a list", fix: "give one value"))
            }
            self.entries.append((path.joined(separator: "."), text))
        }
    }

    private enum Value: Decodable {
        case null, boolean(Bool), integer(Int), number(Double), text(String), list, object([String: Value])

        init(from decoder: any Decoder) throws {
            if (try? decoder.unkeyedContainer()) != nil {
                self = .list
                return
            }
            let container = try decoder.singleValueContainer()
            self =
                if container.decodeNil() {
                    .null
                } else if let value = try? container.decode(Bool.self) {
                    .boolean(value)
                } else if let value = try? container.decode(Int.self) {
                    .integer(value)
                } else if let value = try? container.decode(Double.self) {
                    .number(value)
                } else if let value = try? container.decode(String.self) {
                    .text(value)
                } else {
                    .object(try container.decode([String: Value].self))
                }
        }
    }
}
