import Kernel
package import Settings

/// How long a sign-in lasts: for those who work with residents' records, for their family, and on a shared tablet.
///
/// Whoever runs an installation can make each shorter, and none longer.
package struct SignInTerms: Sendable {
    /// Without anybody doing anything.
    package var idle: Duration = .seconds(15 * 60)
    package var absolute: Duration = .seconds(12 * 60 * 60)
    package var familyIdle: Duration = .seconds(30 * 60)
    package var familyAbsolute: Duration = .seconds(24 * 60 * 60)
    /// After which a shared tablet is locked, which is not the end of the sign-in.
    package var tabletLock: Duration = .seconds(5 * 60)

    package init() {}

    package init(_ reader: SettingsReader) {
        reader.section("sign_ins", "How long a sign-in lasts; each can be made shorter, and none longer")
        let minute = Duration.seconds(60), standard = SignInTerms()
        func read(_ key: String, _ value: Duration, from least: Duration, _ summary: String) -> Duration {
            reader.duration("sign_ins.\(key)", default: value, in: least...value, summary)
        }
        self.idle = read("idle", standard.idle, from: minute, "After which quiet time staff and professionals are out")
        self.absolute = read(
            "absolute", standard.absolute, from: minute * 15, "After which time they are out, busy or not")
        self.familyIdle = read(
            "family_idle", standard.familyIdle, from: minute, "After which quiet time family and contacts are out")
        self.familyAbsolute = read(
            "family_absolute", standard.familyAbsolute, from: minute * 15,
            "After which time they are out, busy or not")
        self.tabletLock = read(
            "tablet_lock", standard.tabletLock, from: .seconds(30),
            "After which quiet time a shared tablet is locked")
    }

    func idle(isFamily: Bool, onTablet: Bool) -> Duration {
        onTablet ? self.tabletLock : isFamily ? self.familyIdle : self.idle
    }

    func absolute(isFamily: Bool) -> Duration { isFamily ? self.familyAbsolute : self.absolute }
}

extension Principal {
    /// Whether they are here only for somebody who lives here; nobody without a role is.
    var isFamily: Bool { !self.grants.isEmpty && self.isCircle }
}

extension Set<Grant> {
    var areOfFamily: Bool { !self.isEmpty && Set<Role>(self.map(\.role)).isSubset(of: Role.circle) }
}
