package import Web

/// How somebody keeps a conversation for themselves; nobody else sees it.
package struct Arrangement: Described, Equatable {
    /// Stands above others in their list.
    package let isPinned: Bool
    /// Is shown like any other and does not count as unread; urgent messages count all the same.
    package let isMuted: Bool
    /// Is out of their list until somebody says something urgent in it.
    package let isArchived: Bool

    package init(isPinned: Bool = false, isMuted: Bool = false, isArchived: Bool = false) {
        self.isPinned = isPinned
        self.isMuted = isMuted
        self.isArchived = isArchived
    }

    package static let schema = Schema.object([
        .required("is_pinned", .boolean), .required("is_muted", .boolean), .required("is_archived", .boolean),
    ])
}
