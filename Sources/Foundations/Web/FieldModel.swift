package import Kernel

/// One field of a form, as `parts/field` takes it: label, hint, error, what is there, and the control.
package struct FieldModel: Sendable {
    package enum Control: Sendable {
        /// A line of text; `type` is the input's.
        case line(type: String, limit: Int)
        case area(limit: Int)
        /// Options of a menu; the first is what stands for nothing.
        case menu(nothing: String?, [Group])
    }

    /// Options that belong together; without a name they stand alone.
    package struct Group: Sendable {
        let name: String?
        package let options: [(value: String, text: String)]

        package init(_ name: String? = nil, _ options: [(value: String, text: String)]) {
            self.name = name
            self.options = options
        }
    }

    let name: String
    let id: String
    let label: String
    let hint: String?
    let control: Control
    let value: String
    let error: String?
    let now: String?
    let isRequired: Bool

    /// - Parameters:
    ///   - name: What the form sends.
    ///   - id: The field's own, on a page with several such forms; its name if there is one.
    ///   - label: What it is.
    ///   - hint: What helps to fill it in.
    ///   - control: How it is filled in.
    ///   - value: What stands in it.
    ///   - error: What is wrong with it.
    ///   - now: What is stored by now, if that is something else.
    ///   - isRequired: Whether a browser asks for it.
    package init(
        _ name: String, id: String? = nil, _ label: String, hint: String? = nil,
        _ control: Control = .line(type: "text", limit: 200),
        value: String, error: String? = nil, now: String? = nil, isRequired: Bool = false
    ) {
        self.name = name
        self.id = id ?? name
        self.label = label
        self.hint = hint
        self.control = control
        self.value = value
        self.error = error
        self.now = now
        self.isRequired = isRequired
    }

    package var model: Model {
        let about = [
            self.error.map { _ in "\(self.id)-error" }, self.now.map { _ in "\(self.id)-now" },
            self.hint.map { _ in "\(self.id)-hint" },
        ].compactMap { $0 }
        return [
            "name": self.name, "id": self.id, "label": self.label, "hint": self.hint.orFalse, "value": self.value,
            "error": self.error.orFalse, "now": self.now.orFalse, "isRequired": self.isRequired,
            "describedBy": (about.isEmpty ? nil : about.joined(separator: " ")).orFalse,
            "line": self.line.orFalse, "area": self.area.orFalse, "menu": self.menu.orFalse,
        ]
    }

    private var line: Model? {
        guard case .line(let type, let limit) = self.control else { return nil }
        return ["type": type, "limit": (type.hasPrefix("date") ? nil : "\(limit)").orFalse]
    }

    private var area: Model? {
        guard case .area(let limit) = self.control else { return nil }
        return ["limit": "\(limit)"]
    }

    private var menu: Model? {
        guard case .menu(let nothing, let groups) = self.control else { return nil }
        func options(_ group: Group) -> [Model] {
            group.options.map { ["value": $0.value, "text": $0.text, "isSelected": $0.value == self.value] }
        }
        return [
            "nothing": nothing.orFalse, "options": groups.filter { $0.name == nil }.flatMap(options),
            "groups": groups.filter { $0.name != nil && !$0.options.isEmpty }.map { group -> Model in
                ["text": group.name ?? "", "options": options(group)]
            },
        ]
    }
}

extension Problem {
    /// What is wrong with one field.
    package func error(at pointer: String) -> String? {
        self.violations.first { $0.pointer == pointer }?.detail
    }
}
