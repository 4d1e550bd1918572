package import Web

/// Whether colleagues are shown that somebody is here.
package struct PresenceChoice: Described, Equatable {
    package let isShown: Bool

    package init(isShown: Bool) { self.isShown = isShown }

    package static let schema = Schema.object([
        .required(
            "is_shown", .boolean.described("Whether colleagues are shown that you have WriteCareConnect open"))
    ])
}
