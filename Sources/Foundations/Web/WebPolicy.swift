package import Kernel

/// Who may listen to a stream of notices: whoever they are for, and nobody else.
package enum FollowEvents: Permission {
    package typealias Object = Person
    package static let name = "web.follow_events"
    package static let kind = ActKind.read
    package static let summary = "Be told at once what is new"
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["current"])]
}
