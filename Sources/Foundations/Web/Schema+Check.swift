import FoundationEssentials
import Kernel

extension Schema {
    /// Everything that is wrong with a value, each with a pointer to where; nothing if it may be decoded.
    func violations(in value: JSONValue) -> [Problem.Violation] {
        var found: [Problem.Violation] = []
        self.check(value, "", &found)
        return found
    }

    /// More is not told: it would only make the answer long.
    private static let most = 50

    private func check(_ value: JSONValue, _ pointer: String, _ found: inout [Problem.Violation]) {
        guard found.count < Self.most else { return }
        func refuse(_ detail: String) { found.append(.init(pointer, detail)) }
        switch (self.shape, value) {
        case (.any, _): break
        case (_, .null): if !self.isNullable { refuse("This may not be null") }
        case (.string(let rules), .string(let text)):
            if let detail = rules.objection(to: text) { refuse(detail) }
        case (.string, _): refuse("This must be text")
        case (.integer(let range), .number(let text)):
            // A number that is no `Int` is written with a point or an exponent, or is too large.
            guard let number = Int(text), range.contains(number) else {
                refuse("This must be a whole number from \(range.lowerBound) to \(range.upperBound)")
                return
            }
        case (.integer, _): refuse("This must be a whole number")
        case (.number, .number(let text)):
            if !(Double(text)?.isFinite ?? false) { refuse("This number is too large") }
        case (.number, _): refuse("This must be a number")
        case (.boolean, .boolean): break
        case (.boolean, _): refuse("This must be true or false")
        case (.array(let element, let count), .array(let values)):
            guard count.contains(values.count) else {
                refuse("This must hold from \(count.lowerBound) to \(count.upperBound) elements")
                return
            }
            for (index, value) in values.enumerated() { element.check(value, "\(pointer)/\(index)", &found) }
        case (.array, _): refuse("This must be a list")
        case (.object(let properties), .object(let members)):
            Self.check(members, against: properties, pointer, &found)
        case (.object, _): refuse("This must be an object")
        }
    }

    private static func check(
        _ members: [JSONValue.Member], against properties: [Property], _ pointer: String,
        _ found: inout [Problem.Violation]
    ) {
        let known = Dictionary(properties.map { ($0.name, $0.schema) }) { $1 }
        for member in members {
            let place = "\(pointer)/\(member.name.pointerToken)"
            if let schema = known[member.name] {
                schema.check(member.value, place, &found)
            } else if found.count < Self.most {
                found.append(.init(String(place.prefix(200)), "There is no such field"))
            }
        }
        for property in properties where property.isRequired && !members.contains(where: { $0.name == property.name }) {
            found.append(.init("\(pointer)/\(property.name.pointerToken)", "This is required"))
        }
    }

    /// What is wrong with a value that came as text, such as one in an address; `nil` if nothing is.
    func objection(toText text: String) -> String? {
        var found: [Problem.Violation] = []
        switch self.shape {
        case .integer, .number: self.check(.number(text), "", &found)
        case .boolean:
            if text != "true", text != "false" { return "This must be true or false" }
        default: self.check(.string(text), "", &found)
        }
        return found.first?.detail
    }
}

extension Schema.StringRules {
    func objection(to text: String) -> String? {
        if let values { return values.contains(text) ? nil : "This must be one of: \(values.joined(separator: ", "))" }
        if text.unicodeScalars.contains("\0") { return "This text holds a character that cannot be kept" }
        switch self.format {
        case "uuid": return UUID(uuidString: text) == nil ? "This must be an identifier" : nil
        case "date": return LocalDate(text) == nil ? "This must be a day, written YYYY-MM-DD" : nil
        case "date-time":
            return WireTime.parse(text) == nil ? "This must be a time, such as 2026-11-22T16:12:00Z" : nil
        default: break
        }
        let count = text.unicodeScalars.count
        if count > self.length.upperBound {
            return "This may have \(self.length.upperBound) characters, and has \(count)"
        }
        if let objection = self.alphabet.objection(to: text) { return objection }
        if count < self.length.lowerBound { return "This must have at least \(self.length.lowerBound) characters" }
        return nil
    }
}

extension Schema.Alphabet {
    fileprivate func objection(to text: String) -> String? {
        switch self {
        case .any: nil
        case .notBlank: text.allSatisfy(\.isWhitespace) ? "This is empty" : nil
        case .visible:
            text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? nil : "This may hold visible ASCII characters only"
        case .entityTag:
            text.first == "\"" && text.last == "\"" && (3...20).contains(text.utf8.count)
                && text.dropFirst().dropLast().utf8.allSatisfy { (0x30...0x39).contains($0) }
                ? nil : "This must be one ETag that this server gave"
        }
    }
}
