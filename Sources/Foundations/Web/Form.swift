import Kernel

/// A field that a form may send; one that is not declared is refused.
package struct FormField: Sendable, ExpressibleByStringLiteral {
    enum Count: Sendable { case one, many, file }
    let name: String
    let count: Count
    let maxLength: Int
    /// Whether another value makes it another request.
    let isAsked: Bool

    /// A field that is sent once.
    package static func one(_ name: String, maxLength: Int = 4_000) -> Self {
        Self(name: name, count: .one, maxLength: maxLength, isAsked: true)
    }
    /// A field that says how to answer, not what to do: a form that is sent again may have another value in it.
    package static func aside(_ name: String, maxLength: Int = 200) -> Self {
        Self(name: name, count: .one, maxLength: maxLength, isAsked: false)
    }
    /// A field that is sent as often as boxes are ticked.
    package static func many(_ name: String, maxLength: Int = 200) -> Self {
        Self(name: name, count: .many, maxLength: maxLength, isAsked: true)
    }

    /// A file, which makes its form one of several parts; `maxLength` is in bytes.
    package static func file(_ name: String, maxLength: Int) -> Self {
        Self(name: name, count: .file, maxLength: maxLength, isAsked: true)
    }

    package init(stringLiteral name: String) { self = .one(name) }
    private init(name: String, count: Count, maxLength: Int, isAsked: Bool) {
        self.name = name
        self.count = count
        self.maxLength = maxLength
        self.isAsked = isAsked
    }
}

/// What a browser's form has sent: only fields that its route declares, each as declared.
package struct Form: Sendable {
    private let values: [String: [String]]
    private let files: [String: [UInt8]]
    /// The same for the same form, whatever order a browser sends it in.
    let canonical: [[String]]

    static let empty = Form()
    private init() { (self.values, self.files, self.canonical) = ([:], [:], []) }

    init(
        _ pairs: [URLEncoded.Pair], _ sent: [Multipart.File] = [], declared: [FormField]
    ) throws(Problem) {
        var values: [String: [String]] = [:]
        var found: [Problem.Violation] = []
        for pair in pairs {
            let pointer = "/\(String(pair.name.prefix(40)).pointerToken)"
            guard let field = declared.first(where: { $0.name == pair.name }), field.count != .file else {
                found.append(.init(pointer, "There is no such field"))
                continue
            }
            if field.count == .one, values[pair.name] != nil {
                found.append(.init(pointer, "This is given twice"))
                continue
            }
            // However long it is, what was typed comes back to the page that says so; this only bounds the absurd.
            if pair.value.unicodeScalars.count > 4 * field.maxLength {
                found.append(.init(pointer, "This is too long"))
                continue
            }
            values[pair.name, default: []].append(pair.value.withoutCarriageReturns)
        }
        var files: [String: [UInt8]] = [:]
        for file in sent {
            let pointer = "/\(file.name.prefix(40))"
            if !declared.contains(where: { $0.name == file.name && $0.count == .file }) {
                found.append(.init(pointer, "There is no such file"))
            } else if files.updateValue(file.bytes, forKey: file.name) != nil {
                found.append(.init(pointer, "This is given twice"))
            }
        }
        guard found.isEmpty else {
            throw Problem(.invalidRequest, "The form could not be read", violations: Array(found.prefix(20)))
        }
        self.values = values
        self.files = files
        let asked = Set(declared.filter(\.isAsked).map(\.name))
        self.canonical =
            values.filter { asked.contains($0.key) }.sorted { $0.key < $1.key }.map { [$0.key] + $0.value }
            + files.sorted { $0.key < $1.key }.map { [$0.key, $0.value.digest] }
    }

    /// What was typed; empty if nothing was.
    package func text(_ name: String) -> String { self.values[name]?.first ?? "" }

    /// What was typed or chosen; `nil` if nothing was.
    package func optional(_ name: String) -> String? {
        self.values[name]?.first.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Every value of boxes that were ticked.
    package func all(_ name: String) -> [String] { (self.values[name] ?? []).filter { !$0.isEmpty } }

    /// What a chosen file holds; `nil` if none was chosen, or there is nothing in it.
    package func file(_ name: String) -> [UInt8]? {
        self.files[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether a box was ticked.
    package func bool(_ name: String) -> Bool { self.optional(name) != nil }
}

extension String {
    /// Browsers end the lines of a text area with CR and LF.
    fileprivate var withoutCarriageReturns: String {
        guard self.utf8.contains(0x0D) else { return self }
        return String(self.map { $0 == "\r\n" || $0 == "\r" ? "\n" : $0 })
    }
}
