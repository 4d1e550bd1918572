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
    /// What they have open in an emergency; no page lets them forget it.
    package var emergencies: [Emergency]

    package struct Emergency: Sendable {
        let text: String
        let href: String
        let name: String

        package init(text: String, href: String, name: String) {
            self.text = text
            self.href = href
            self.name = name
        }
    }

    package init(
        unread: Int, urgent: Int, cursor: String, nav: Set<NavItem> = Set(NavItem.allCases),
        emergencies: [Emergency] = []
    ) {
        self.emergencies = emergencies
        self.unread = unread
        self.urgent = urgent
        self.cursor = cursor
        self.nav = nav
    }
}
