import Foundation

/// A page as a strict reader sees it: its elements in order, and what is wrong with how they are written.
///
/// No browser's forgiveness: what this objects to is shown by some browser, but not by every one alike.
package struct HTML: Sendable {
    package struct Element: Sendable {
        package let name: String
        package let attributes: [String: String]
        /// The elements it is in, outermost first, by their places in ``HTML/elements``.
        package let ancestors: [Int]
    }

    package private(set) var elements: [Element] = []
    /// What cannot be read as it is written.
    package private(set) var faults: [String] = []
    private var open: [Int] = []

    private static let void: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "path",
        "circle", "rect", "line", "polyline", "polygon", "ellipse",
    ]

    package init(_ text: String) {
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: start)...]
            if rest.hasPrefix("!--") {
                rest = rest.range(of: "-->").map { rest[$0.upperBound...] } ?? ""
            } else if rest.hasPrefix("!") {
                rest = rest.firstIndex(of: ">").map { rest[$0...] } ?? ""
            } else if rest.hasPrefix("/") {
                let name = rest.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "-" }
                self.close(String(name))
                rest = rest.dropFirst(name.count + 1)
            } else if rest.first?.isLetter == true {
                self.tag(&rest)
            } else {
                self.faults.append("a bare < before \(rest.prefix(20))")
            }
        }
        for place in self.open { self.faults.append("<\(self.elements[place].name)> is never closed") }
    }

    private mutating func tag(_ rest: inout Substring) {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" }.lowercased()
        rest = rest.dropFirst(name.count)
        var attributes: [String: String] = [:]
        var isClosed = false
        while true {
            rest = rest.drop(while: \.isWhitespace)
            if rest.isEmpty { return self.faults.append("<\(name)> has no end") }
            if rest.hasPrefix("/>") { isClosed = true }
            if rest.first == "/" || rest.first == ">" {
                rest = rest.first == "/" ? rest.dropFirst(2) : rest.dropFirst()
                break
            }
            let key = rest.prefix { !$0.isWhitespace && !"=>/".contains($0) }.lowercased()
            guard !key.isEmpty else { return self.faults.append("<\(name)> has an attribute without a name") }
            rest = rest.dropFirst(key.count)
            var value = ""
            if rest.first == "=" {
                rest = rest.dropFirst()
                guard let quote = rest.first, quote == "\"" || quote == "'" else {
                    return self.faults.append("\(key) of <\(name)> is not quoted")
                }
                value = String(rest.dropFirst().prefix { $0 != quote })
                rest = rest.dropFirst(value.count + 2)
            }
            if attributes.updateValue(Self.unescaped(value), forKey: key) != nil {
                self.faults.append("<\(name)> says \(key) twice")
            }
        }
        self.elements.append(Element(name: name, attributes: attributes, ancestors: self.open))
        if !isClosed, !Self.void.contains(name) { self.open.append(self.elements.count - 1) }
        // What is in a script is no markup.
        if name == "script" || name == "style" {
            rest = rest.range(of: "</\(name)").map { rest[$0.lowerBound...] } ?? ""
        }
    }

    private mutating func close(_ name: String) {
        guard let last = self.open.last, self.elements[last].name == name else {
            let inner = self.open.last.map { self.elements[$0].name } ?? "nothing"
            return self.faults.append("</\(name)> inside \(inner)")
        }
        self.open.removeLast()
    }

    private static func unescaped(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }
}

extension HTML {
    package func all(_ name: String) -> [Element] { self.elements.filter { $0.name == name } }

    /// The elements inside of one.
    package func inside(_ place: Int) -> [Element] { self.elements.filter { $0.ancestors.contains(place) } }

    /// What any page or piece of one must not have.
    package var pieceFaults: [String] {
        var faults = self.faults
        let ids = self.elements.compactMap { $0.attributes["id"] }
        for (id, group) in Dictionary(grouping: ids, by: { $0 }) where group.count > 1 || id.isEmpty {
            faults.append("the id “\(id)” stands \(group.count) times")
        }
        for element in self.elements {
            for key in ["href", "src", "action", "name", "for"] where element.attributes[key]?.isEmpty == true {
                faults.append("\(key) of <\(element.name)> is empty")
            }
            for key in element.attributes.keys where key.hasPrefix("on") || key == "style" {
                faults.append("<\(element.name)> has \(key), which the policy forbids")
            }
            if element.name == "img", element.attributes["alt"] == nil { faults.append("an image has no alt") }
        }
        for (place, form) in self.elements.enumerated() where form.name == "form" && form.attributes["method"] == "post"
        {
            let fields = self.inside(place).filter { $0.name == "input" && $0.attributes["type"] == "hidden" }
            for name in ["csrf", "key"] {
                let values = fields.filter { $0.attributes["name"] == name }.map { $0.attributes["value"] ?? "" }
                if values.count != 1 || values == [""] {
                    faults.append("the form for \(form.attributes["action"] ?? "itself") carries \(name) \(values)")
                }
            }
        }
        return faults
    }

    /// What a whole page must not have, or must.
    package var pageFaults: [String] {
        var faults = self.pieceFaults
        for name in ["html", "head", "title", "body", "main", "h1"] where self.all(name).count != 1 {
            faults.append("\(self.all(name).count) × <\(name)>")
        }
        if self.all("html").first?.attributes["lang"]?.isEmpty != false { faults.append("the page has no language") }
        let ids = Set(self.elements.compactMap { $0.attributes["id"] })
        for element in self.elements {
            for key in ["for", "aria-labelledby", "aria-describedby", "aria-controls", "list"] {
                for id in (element.attributes[key] ?? "").split(separator: " ") where !ids.contains(String(id)) {
                    faults.append("\(key) of <\(element.name)> names “\(id)”, which is not there")
                }
            }
            if let target = element.attributes["href"], target.hasPrefix("#"), !ids.contains(String(target.dropFirst()))
            {
                faults.append("a link leads to \(target), which is not there")
            }
        }
        let labelled = Set(self.all("label").compactMap { $0.attributes["for"] })
        for field in self.elements where ["input", "select", "textarea"].contains(field.name) {
            if ["hidden", "submit", "button"].contains(field.attributes["type"] ?? "") { continue }
            let isInLabel = field.ancestors.contains { self.elements[$0].name == "label" }
            let isNamed = field.attributes["aria-label"] != nil || field.attributes["aria-labelledby"] != nil
            if !isInLabel, !isNamed, !labelled.contains(field.attributes["id"] ?? "") {
                faults.append("the field \(field.attributes["name"] ?? "?") has no label")
            }
        }
        for script in self.all("script") where script.attributes["nonce"]?.isEmpty != false {
            faults.append("a script has no nonce")
        }
        return faults
    }
}
