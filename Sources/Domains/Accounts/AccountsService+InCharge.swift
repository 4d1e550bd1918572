package import Kernel
import Postgres

extension AccountsService {
    /// Those who are asked first when a home is to be answered for.
    static let inChargeOfHomes: Set<Role> = [.registeredManager, .deputyManager, .safeguardingLead]

    /// Those who answer for the homes that somebody works in: whom a concern goes to.
    ///
    /// Where a home has nobody, those who answer for the whole organisation.
    package func inCharge(for principal: Principal) async throws -> Set<Identifier<Person>> {
        let now = self.source.now()
        return try await self.database.read(as: principal) { tx in
            let nearest = try self.store.holders(
                of: Self.inChargeOfHomes, near: principal.grants, at: now, in: tx)
            if !nearest.isEmpty { return nearest }
            return try self.store.holders(of: Role.management, near: [], at: now, in: tx)
        }
    }
}
