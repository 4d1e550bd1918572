package import Kernel

/// Who may do what with templates, which hold nothing about anybody.
package enum ListTemplates: Permission {
    package typealias Object = Organisation
    package static let name = "messages.list_templates"
    package static let summary = "See the organisation’s message templates"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.staff, [.member], while: ["open"])]
}

package enum CreateTemplate: Permission {
    package typealias Object = Organisation
    package static let name = "messages.create_template"
    package static let summary = "Write a message template"
    package static let kind = ActKind.config
    package static let rules = [Rule(Role.management, [.member], while: ["open"])]
}

package enum ReadTemplate: Permission {
    package typealias Object = MessageTemplate
    package static let name = "messages.read_template"
    package static let summary = "Read a message template, with all it has said"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.staff, [.member], while: ["current", "retired"])]
}

package enum ChangeTemplate: Permission {
    package typealias Object = MessageTemplate
    package typealias Sight = ReadTemplate
    package static let name = "messages.change_template"
    package static let summary = "Write a message template anew, or take it out of use"
    package static let kind = ActKind.config
    package static let rules = [Rule(Role.management, [.member], while: ["current", "retired"])]
}

/// Whoever may say something in a conversation may begin with a template.
package enum FillTemplate: Permission {
    package typealias Object = Conversation
    package typealias Sight = ReadConversation
    package static let name = "messages.fill_template"
    package static let summary = "Fill in a message template for a conversation"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.staff, [.member], while: ["open"])]
}
