extension Schema: Encodable {
    fileprivate enum Key: String, CodingKey {
        case type, format, minLength, maxLength, pattern, `enum`, minimum, maximum, items, minItems, maxItems
        case properties, required, additionalProperties, nullable, description, example
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self.shape {
        case .string(let rules): try rules.encode(into: &container)
        case .integer(let range):
            try container.encode("integer", forKey: .type)
            try container.encode(range.lowerBound, forKey: .minimum)
            try container.encode(range.upperBound, forKey: .maximum)
        case .number: try container.encode("number", forKey: .type)
        case .boolean: try container.encode("boolean", forKey: .type)
        case .array(let element, let count):
            try container.encode("array", forKey: .type)
            try container.encode(element, forKey: .items)
            if count.lowerBound > 0 { try container.encode(count.lowerBound, forKey: .minItems) }
            try container.encode(count.upperBound, forKey: .maxItems)
        case .object(let properties):
            try container.encode("object", forKey: .type)
            try container.encode(
                Dictionary(properties.map { ($0.name, $0.schema) }) { $1 }, forKey: .properties)
            let required = properties.filter(\.isRequired).map(\.name)
            if !required.isEmpty { try container.encode(required, forKey: .required) }
            try container.encode(false, forKey: .additionalProperties)
        case .any: break
        }
        if self.isNullable { try container.encode(true, forKey: .nullable) }
        try container.encodeIfPresent(self.summary, forKey: .description)
        try container.encodeIfPresent(self.example, forKey: .example)
    }
}

extension Schema.StringRules {
    fileprivate func encode(into container: inout KeyedEncodingContainer<Schema.Key>) throws {
        try container.encode("string", forKey: .type)
        try container.encodeIfPresent(self.format, forKey: .format)
        if let values {
            try container.encode(values, forKey: .enum)
            return
        }
        // The format says how long these are, and what is in them.
        if ["uuid", "date", "date-time", "binary"].contains(self.format) { return }
        if self.length.lowerBound > 0 { try container.encode(self.length.lowerBound, forKey: .minLength) }
        try container.encode(self.length.upperBound, forKey: .maxLength)
        try container.encode(self.alphabet.pattern, forKey: .pattern)
    }
}

extension Schema.Alphabet {
    fileprivate var pattern: String {
        switch self {
        case .any: #"^[^\u0000]*$"#
        case .notBlank: #"^[^\u0000]*[^\s\u0000][^\u0000]*$"#
        case .visible: "^[!-~]*$"
        case .entityTag: #"^"[0-9]{1,18}"$"#
        }
    }
}
