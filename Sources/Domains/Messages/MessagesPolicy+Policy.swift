package import Kernel

/// All who work here may know what holds for what they write.
package enum ReadMessagePolicy: Permission {
    package typealias Object = Organisation
    package static let name = "messages.read_policy"
    package static let summary = "See for how long messages may be changed, and how they may be tagged"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.staff, [.member], while: ["open"])]
}

package enum ChangeMessagePolicy: Permission {
    package typealias Object = Organisation
    package typealias Sight = ReadMessagePolicy
    package static let name = "messages.change_policy"
    package static let summary = "Decide for how long messages may be changed, and how they may be tagged"
    package static let kind = ActKind.config
    package static let rules = [
        Rule([.nominatedIndividual, .providerDirector, .registeredManager], [.place], while: ["open"])
    ]
    package static let asksForCode = true
}
