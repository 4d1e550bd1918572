package import Kernel
package import Postgres

/// What the composition root needs to know about this module.
package enum RotasModule {
    package static let migrations: [Migration] = [.rotas]

    package static let permissions: [any Permission.Type] = [
        ReadRota.self, PlanShift.self, RemoveShift.self, CopyWeek.self,
    ]
}
