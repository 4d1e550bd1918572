/// Names and labels as Prometheus takes them, whatever they are made from.
enum MetricName {
    static func metric(_ text: String, ending: String = "") -> String {
        let name = Self.clean(text, allowingColons: true)
        return name.hasSuffix(ending) ? name : name + ending
    }

    /// `method="GET",route="/today"`, sorted by name, without the braces.
    static func labels(_ dimensions: [(String, String)]) -> String {
        var labels: [String: String] = [:]
        for (name, value) in dimensions where labels[Self.label(name)] == nil { labels[Self.label(name)] = value }
        return labels.sorted { $0.key < $1.key }.map { "\($0)=\"\(Self.escape($1))\"" }.joined(separator: ",")
    }

    static func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(200) {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            case "\0"..." ": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// `le` and two underscores belong to Prometheus itself.
    private static func label(_ text: String) -> String {
        let name = Self.clean(text, allowingColons: false)
        return name == "le" || name == "quantile" || name.hasPrefix("__") ? "label_\(name)" : name
    }

    private static func clean(_ text: String, allowingColons: Bool) -> String {
        let cleaned = text.unicodeScalars.map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_": Character(scalar)
            case ":" where allowingColons: ":"
            default: "_"
            }
        }
        let name = String(cleaned.prefix(200))
        return name.isEmpty || name.first?.isNumber == true ? "_\(name)" : name
    }
}
