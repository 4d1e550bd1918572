/// What the side of every page leads to.
package enum NavItem: String, Sendable, CaseIterable {
    case today, messages, residents, rota, staff, operations, concern
}

/// What every page shows about its reader's work, asked once a page.
package struct ShellFacts: Sendable {
    /// Conversations with something unread.
    package var unread: Int
    /// Urgent messages that wait for this person.
    package var urgent: Int
    /// Where the person's stream is; read before the page's content, so that nothing falls in between.
    package var cursor: String
    /// What they may use.
    package var nav: Set<NavItem>

    package init(unread: Int, urgent: Int, cursor: String, nav: Set<NavItem> = Set(NavItem.allCases)) {
        self.unread = unread
        self.urgent = urgent
        self.cursor = cursor
        self.nav = nav
    }
}
