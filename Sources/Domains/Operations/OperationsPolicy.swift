package import Kernel

/// Those who look after the installation, or answer for the whole organisation.
private let keepers: Set<Role> = [.itAdmin, .nominatedIndividual, .providerDirector, .registeredManager]

package enum ListFailedJobs: Permission {
    package typealias Object = Organisation
    package static let name = "operations.list_failed_jobs"
    package static let summary = "See which work in the background was given up"
    package static let kind = ActKind.read
    package static let rules = [Rule(keepers, [.place], while: ["open"])]
}

/// What the table says is no secret to those it is about.
package enum ReadPolicy: Permission {
    package typealias Object = Organisation
    package static let name = "operations.read_policy"
    package static let summary = "See who can do what"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.staff, [.member], while: ["open"])]
}

package enum RetryJobs: Permission {
    package typealias Object = Organisation
    package static let name = "operations.retry_jobs"
    package static let summary = "Have work that was given up tried again"
    package static let kind = ActKind.config
    package static let rules = [Rule(keepers, [.place], while: ["open"])]
}
