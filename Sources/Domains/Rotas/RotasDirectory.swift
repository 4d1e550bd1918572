package import FoundationEssentials
package import Kernel
package import Postgres

/// What other modules may know of rotas, in their own transaction: who is there, in the order in which they are asked.
package struct RotasDirectory: Sendable {
    let store = RotasStore()

    package init() {}

    /// Who is on shift in a home: those of the unit first, then those of the whole home, then those of other units.
    package func onDuty(
        home: Identifier<Home>, unit: Identifier<Unit>?, at now: Date, in tx: borrowing Transaction
    ) throws -> [Identifier<Person>] {
        try self.store.onDuty(.shift, home: home, unit: unit, at: now, in: tx).map(\.person)
    }

    /// The managers who are on call for a home; more than one only where a rota says so.
    package func managersOnCall(
        home: Identifier<Home>, at now: Date, in tx: borrowing Transaction
    ) throws -> [Identifier<Person>] {
        try self.store.onDuty(.onCallManager, home: home, unit: nil, at: now, in: tx).map(\.person)
    }
}
