package import FoundationEssentials
package import Kernel
package import People
package import Web

/// Words to begin a message with, the same for all of an organisation.
package struct MessageTemplate: Described, Equatable {
    package let id: Identifier<MessageTemplate>
    package let version: Int
    package let title: String
    package let body: String
    /// What is filled in, in the order it comes in.
    package let fields: [String]
    package let state: String
    package let writtenBy: PersonSummary
    package let writtenAt: Date

    package static let schema = Schema.object([
        .required("id", .identifier), .required("version", .integer), .required("title", .string(maxLength: 100)),
        .required("body", .string(maxLength: 4_000)), .required("fields", .array(.string(maxLength: 60))),
        .required("state", .oneOf(["current", "retired"])), .required("written_by", PersonSummary.schema),
        .required("written_at", .time),
    ])
}

/// A template with all it has ever said, the newest first.
package struct TemplateHistory: Described, Equatable {
    package let template: MessageTemplate
    package let versions: [MessageTemplate]

    package static let schema = Schema.object([
        .required("template", MessageTemplate.schema), .required("versions", .array(MessageTemplate.schema)),
    ])
}

/// The words of a new template, or new words for one.
package struct TemplateDraft: Described {
    package var title: String
    package var body: String

    package init(title: String, body: String) {
        self.title = title
        self.body = body
    }

    package static let schema = Schema.object([
        .required("title", .text(maxLength: 100)),
        .required("body", .text(maxLength: 4_000).described("With fields such as `{{What happened}}`")),
    ])

    func validated() throws(TemplatesError) -> TemplateDraft {
        var found: [Problem.Violation] = []
        let title = String(self.title.unicodeScalars.filter { $0 != "\0" }).trimmed()
        let body = String(self.body.unicodeScalars.filter { $0 != "\0" }).trimmed()
        if title.isEmpty || title.unicodeScalars.count > 100 {
            found.append(.init("/title", "Write a title of 100 characters at most"))
        }
        if body.isEmpty { found.append(.init("/body", "Write the message")) }
        if body.unicodeScalars.count > 4_000 { found.append(.init("/body", "A message has 4,000 characters at most")) }
        do {
            _ = try TemplateText(body)
        } catch {
            found.append(.init("/body", error.words))
        }
        guard found.isEmpty else { throw .invalid(found) }
        return TemplateDraft(title: title, body: body)
    }
}

/// What is filled in.
package struct TemplateFilling: Described {
    package struct Field: Described {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }

        package static let schema = Schema.object([
            .required("name", .string(maxLength: 60)), .required("value", .string(maxLength: 500)),
        ])
    }

    package let fields: [Field]

    package init(_ fields: [Field]) { self.fields = fields }

    package static let schema = Schema.object([.required("fields", .array(Field.schema, count: 0...12))])
}

/// A version of a template, for a message that was made from it.
package struct TemplateReference: Described, Hashable {
    package let id: Identifier<MessageTemplate>
    package let version: Int

    package init(_ id: Identifier<MessageTemplate>, version: Int) {
        self.id = id
        self.version = version
    }

    package static let schema = Schema.object([
        .required("id", .identifier), .required("version", .integer(1...Int(Int32.max))),
    ])

    /// As a form carries it.
    var formValue: String { "\(self.id).\(self.version)" }

    init?(_ formValue: String) {
        let parts = formValue.split(separator: ".")
        guard parts.count == 2, let id = Identifier<MessageTemplate>(parts[0]), let version = Int(parts[1]),
            (1...Int(Int32.max)).contains(version)
        else { return nil }
        self.init(id, version: version)
    }
}

/// A template with its fields filled in: a message to look over, not sent yet.
package struct FilledTemplate: Described, Equatable {
    package let body: String
    package let template: TemplateReference

    package static let schema = Schema.object([
        .required("body", .string(maxLength: 4_000)), .required("template", TemplateReference.schema),
    ])
}

package enum TemplatesError: ProblemConvertible, Equatable {
    case notFound
    case invalid([Problem.Violation])
    case stale
    case retired

    package var problem: Problem {
        switch self {
        case .notFound: .nothingHere
        case .invalid(let violations): Problem(.invalidRequest, "There is a problem", violations: violations)
        case .stale:
            Problem(
                .preconditionFailed, "Somebody changed this template in the meantime",
                detail: "Nothing was saved. Read it again, and then decide.")
        case .retired: Problem(.conflict, "This template is not used any more", detail: "Choose another one.")
        }
    }
}

extension TemplateText.Fault {
    fileprivate var words: String {
        switch self {
        case .brokenField:
            "A field is some words between {{ and }} on one line, such as {{What happened}}. One here is not"
        case .longField: "The words of a field have \(TemplateText.longestLabel) characters at most"
        case .manyFields: "A template has \(TemplateText.mostFields) fields at most"
        }
    }
}
