import Foundation

/// Reads templates as the engine does, and says which names they ask for that nobody gave.
///
/// The engine shows nothing for those, so a page with one looks right until somebody misses what is not there.
package struct TemplateReader: Sendable {
    private indirect enum Node: Sendable {
        case value(String)
        case section(String, isInverted: Bool, [Node])
        case partial(String)
        /// Takes in a layout, and fills its blocks.
        case layout(String, [Node])
        case block(String, [Node])
    }

    /// What fills a place in a layout, and where it is written.
    private struct Block: Sendable {
        let template: String
        let nodes: [Node]
    }

    package enum Fault: Error { case unclosed(String), unexpected(String) }

    private var templates: [String: [Node]] = [:]

    package init(directory: URL) throws {
        let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "mustache" else { continue }
            let path = file.standardized.path.dropFirst(directory.standardized.path.count)
            let name = path.drop { $0 == "/" }.dropLast(".mustache".count)
            var tags = Self.tags(of: try String(contentsOf: file, encoding: .utf8))[...]
            self.templates[String(name)] = try Self.nodes(&tags, until: nil)
        }
    }

    /// Every template that is a page or a piece of one, and not a part of others.
    package var names: Set<String> { Set(self.templates.keys) }

    private static func tags(of source: String) -> [String] {
        source.components(separatedBy: "{{").dropFirst().map { piece in
            String(piece.prefix { $0 != "}" }).trimmingCharacters(in: .whitespaces)
        }
    }

    private static func nodes(_ tags: inout ArraySlice<String>, until end: String?) throws -> [Node] {
        var nodes: [Node] = []
        while let tag = tags.popFirst() {
            let name = tag.dropFirst().trimmingCharacters(in: .whitespaces)
            switch tag.first {
            case "!": continue
            case "#": nodes.append(.section(name, isInverted: false, try Self.nodes(&tags, until: name)))
            case "^": nodes.append(.section(name, isInverted: true, try Self.nodes(&tags, until: name)))
            case ">": nodes.append(.partial(name))
            case "<": nodes.append(.layout(name, try Self.nodes(&tags, until: name)))
            case "$": nodes.append(.block(name, try Self.nodes(&tags, until: name)))
            case "/":
                guard name == end else { throw Fault.unexpected(tag) }
                return nodes
            default: nodes.append(.value(tag))
            }
        }
        if let end { throw Fault.unclosed(end) }
        return nodes
    }

    // MARK: What is asked for

    /// The names that a template asks for, with this model, and does not find; with where it looked.
    package func unknown(in template: String, given model: PageModel) -> Set<String> {
        guard let nodes = self.templates[template] else { return ["the template \(template)"] }
        var unknown: Set<String> = []
        self.read(nodes, [model], [:], in: template, &unknown)
        return unknown
    }

    private func read(
        _ nodes: [Node], _ stack: [PageModel], _ blocks: [String: Block], in template: String,
        _ unknown: inout Set<String>
    ) {
        for node in nodes {
            switch node {
            case .value(let name):
                if self.find(name, stack) == nil { unknown.insert("{{\(name)}} in \(template)") }
            case .section(let name, let isInverted, let inner):
                guard let value = self.find(name, stack) else {
                    unknown.insert("{{#\(name)}} in \(template)")
                    continue
                }
                let contexts = isInverted ? (value.isThere ? [] : [stack]) : self.contexts(value, stack)
                for context in contexts { self.read(inner, context, blocks, in: template, &unknown) }
            case .partial(let name):
                // An icon, which asks for nothing, or a template.
                if let part = self.templates[name] { self.read(part, stack, blocks, in: name, &unknown) }
            case .layout(let name, let inner):
                let filled = inner.reduce(into: blocks) { filled, node in
                    if case .block(let block, let nodes) = node {
                        filled[block] = Block(template: template, nodes: nodes)
                    }
                }
                if let layout = self.templates[name] { self.read(layout, stack, filled, in: name, &unknown) }
            case .block(let name, let inner):
                let block = blocks[name] ?? Block(template: template, nodes: inner)
                self.read(block.nodes, stack, blocks, in: block.template, &unknown)
            }
        }
    }

    private func contexts(_ value: PageModel, _ stack: [PageModel]) -> [[PageModel]] {
        switch value {
        case .list(let items): items.map { stack + [$0] }
        case .flag(let isThere): isThere ? [stack] : []
        default: [stack + [value]]
        }
    }

    private func find(_ name: String, _ stack: [PageModel]) -> PageModel? {
        if name == "." { return stack.last }
        if let bracket = name.firstIndex(of: "("), name.hasSuffix(")") {
            let argument = self.find(String(name[name.index(after: bracket)...].dropLast()), stack)
            return argument.map { value in
                if case .list(let items) = value { .flag(items.isEmpty) } else { .flag(!value.isThere) }
            }
        }
        let parts = name.split(separator: ".").map(String.init)
        guard let first = parts.first, let found = stack.reversed().lazy.compactMap({ $0[first] }).first else {
            return nil
        }
        // What is not there has no parts, and is not asked for them.
        return parts.dropFirst().reduce(Optional(found)) { value, part in
            value == .flag(false) ? value : value?[part]
        }
    }
}
