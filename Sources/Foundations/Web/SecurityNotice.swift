package import Kernel

/// Something that happened at the door or in front of it, without an act that would be in the audit.
///
/// It names nobody but by identifier, and no address but by what a hash leaves of it.
package struct SecurityNotice: Sendable, Hashable {
    package let kind: SecurityKind
    /// Whose it is; without one it is the installation's.
    package let organisation: Identifier<Organisation>?
    package let person: Identifier<Person>?
    /// Of whoever is nobody here.
    package let address: String?
    /// What it was about, in words of ours: a route's template, what was counted.
    package let rule: String

    package init(
        _ kind: SecurityKind, of principal: Principal? = nil, from address: String? = nil, rule: String = ""
    ) {
        self.kind = kind
        self.organisation = principal?.organisation
        self.person = principal?.person
        self.address = address
        self.rule = rule
    }
}

/// Who is told of it.
///
/// It returns at once and cannot fail: no request waits for what is noted about it.
package typealias SecurityWatch = @Sendable (SecurityNotice) -> Void
