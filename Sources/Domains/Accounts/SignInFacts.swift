import FoundationEssentials
import Kernel
import People
import Web

/// Everything about whoever shows a cookie, as the database says it.
struct SignInFacts: Sendable {
    struct HeldRole: Decodable, Sendable {
        let role: String
        let scope: String
        let homeId: Identifier<Home>?
        let unitId: Identifier<Unit>?

        /// `nil` for a role that this version does not know: it opens nothing.
        var grant: Grant? {
            guard let role = Role(rawValue: self.role) else { return nil }
            switch (self.scope, self.homeId, self.unitId) {
            case ("organisation", _, _): return Grant(role, .organisation)
            case ("home", let home?, _): return Grant(role, .home(home))
            case ("unit", _, let unit?): return Grant(role, .unit(unit))
            default: return nil
            }
        }
    }

    /// What they must do first.
    enum Duty: String, Sendable { case password }

    let organisation: Identifier<Organisation>
    let organisationName: String
    let account: Identifier<Account>
    let signIn: Identifier<SignIn>
    let lastActAt: Date
    let person: Identifier<Person>
    let fullName: String
    let preferredName: String
    let jobTitle: String?
    let duty: Duty?
    let grants: [HeldRole]
    let homes: [HomeRecord]
    /// Whether there is a second factor that this sign-in has not shown: it opens nothing before.
    let awaitsCode: Bool
    /// Whether it was shown too long ago for what asks for it.
    let needsCode: Bool
    let lacksFactor: Bool
    let hasFactor: Bool
    let idleUntil: Date
    let absoluteUntil: Date
    /// The shared tablet that it opens nothing without.
    let tablet: OnTablet?

    struct OnTablet: Sendable {
        let id: Identifier<Tablet>
        let hash: Data
    }

    var principal: Principal {
        Principal(
            person: self.person, organisation: self.organisation, grants: Set(self.grants.compactMap(\.grant)),
            signIn: self.signIn, needsCode: self.needsCode)
    }

    static func formKey(_ secret: Secret) -> String { Seal(key: Data(secret.text.value.utf8)).mark("form") }

    /// Forms are sealed with what follows from the cookie itself, so nothing more is stored.
    func visitor(_ secret: Secret, term: SignInTerm? = nil) -> Visitor {
        let principal = self.principal
        let roles = principal.roles
        let title = self.jobTitle ?? Role.allCases.first(where: roles.contains)?.title ?? ""
        let isOutside = roles.isDisjoint(with: Role.staff)
        let homes = self.homes.map { $0.summary(for: principal) }
        return Visitor(
            principal: principal, name: self.fullName, preferredName: self.preferredName,
            initials: PersonName.initials(self.fullName), roleTitle: title,
            homes: isOutside ? homes.filter(\.isMine) : homes, isOutside: isOutside,
            formKey: Self.formKey(secret), duty: self.duty?.web,
            lacksFactor: self.lacksFactor, term: term, showsPassword: self.tablet != nil && !self.hasFactor)
    }
}

extension SignInFacts.Duty {
    /// What it leaves open, beside signing out.
    fileprivate var web: Web.Duty {
        switch self {
        case .password:
            Web.Duty(
                page: PasswordPages.path,
                leavingOpen: [AccountsRoutes.passwordPath, "/sign-out", "/api/v1/accounts/sign-out"],
                otherwise: AccountsError.passwordChangeRequired.problem)
        }
    }
}

extension HomeRecord {
    fileprivate func summary(for principal: Principal) -> HomeSummary {
        let isMine = principal.grants.contains { grant in
            switch grant.reach {
            case .organisation: true
            case .home(let home): home == self.id
            case .unit(let unit): self.units.contains { $0.id == unit }
            }
        }
        return HomeSummary(
            id: self.id, name: self.name, initials: PersonName.initials(self.name), tint: self.tint,
            timeZone: self.timeZone, units: self.units.map { UnitSummary(id: $0.id, name: $0.name) }, isMine: isMine)
    }
}

/// A sign-in that somebody says is theirs.
struct LiveSignIn: Hashable, Sendable {
    let organisation: Identifier<Organisation>
    let person: Identifier<Person>
    let signIn: Identifier<SignIn>
}
