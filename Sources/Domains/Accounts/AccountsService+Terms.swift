import FoundationEssentials
import Kernel
import Web

/// When sign-ins are over, by who somebody is and on what.
extension AccountsService {
    func idle(of facts: SignInFacts) -> Duration {
        self.settings.terms.idle(isFamily: facts.principal.isFamily, onTablet: facts.tablet != nil)
    }

    func term(of facts: SignInFacts, until idleUntil: Date, at now: Date) -> SignInTerm {
        SignInTerm(
            idle: Int(self.idle(of: facts).components.seconds),
            left: Int(max(0, min(idleUntil, facts.absoluteUntil).timeIntervalSince(now))),
            mostLeft: Int(max(0, facts.absoluteUntil.timeIntervalSince(now))), isOnTablet: facts.tablet != nil)
    }

    /// When a sign-in that is renewed is over if nothing is done, by where it is.
    func idleEnds(of principal: Principal, at now: Date) -> IdleEnds {
        let terms = self.settings.terms, isFamily = principal.isFamily
        return IdleEnds(
            anywhere: now.advanced(by: terms.idle(isFamily: isFamily, onTablet: false)),
            onTablet: now.advanced(by: terms.idle(isFamily: isFamily, onTablet: true)))
    }
}
