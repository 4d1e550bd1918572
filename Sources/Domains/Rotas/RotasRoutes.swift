import FoundationEssentials
import HTTPTypes
import Kernel
package import Web

/// `/api/v1/rotas`.
package struct RotasRoutes: Sendable {
    let rotas: RotasService

    package init(_ rotas: RotasService) { self.rotas = rotas }

    package func register(on api: inout APIRoutes) {
        api.add(self.week, in: "rotas")
        api.add(self.onDuty, in: "rotas")
        api.add(self.plan, in: "rotas")
        api.add(self.remove, in: "rotas")
        api.add(self.copy, in: "rotas")
    }

    var week: Endpoint<Nothing, RotaWeek> {
        Endpoint(
            .get, "homes/{home}/week", "See who works when in a home, for a week", needs: ReadRota.self,
            query: [QueryParameter("day", .date, "Any day of the week; today unless you say")], errors: [.notFound]
        ) { call in
            .init(
                try await self.rotas.week(
                    of: call.identifier("home"), around: call.query("day").flatMap { LocalDate($0) },
                    for: call.principal))
        }
    }

    var onDuty: Endpoint<Nothing, OnDuty> {
        Endpoint(
            .get, "homes/{home}/on-duty", "See who is on in a home now, and which manager is on call",
            needs: ReadRota.self, errors: [.notFound]
        ) { call in
            .init(try await self.rotas.onDuty(in: call.identifier("home"), for: call.principal))
        }
    }

    var plan: Endpoint<NewShift, Shift> {
        Endpoint(
            .post, "homes/{home}/shifts", "Put somebody on the rota", needs: PlanShift.self, status: .created,
            errors: [.notFound],
            details: """
                Times are those of the home's own clock. One that the clocks go forward over is refused; of one that they \
                show twice the first is taken, and the shift's note says so.
                """
        ) { call in
            let planned = try await self.rotas.plan(
                call.input, in: call.identifier("home"), by: call.principal, once: call.once)
            return .init(planned.value, isReplay: planned.isReplay)
        }
    }

    var remove: Endpoint<Nothing, Shift> {
        Endpoint(
            .delete, "homes/{home}/shifts/{shift}", "Take somebody off the rota", needs: RemoveShift.self,
            errors: [.notFound]
        ) { call in
            let removed = try await self.rotas.remove(
                call.identifier("shift"), in: call.identifier("home"), by: call.principal, once: call.once)
            return .init(removed.value, isReplay: removed.isReplay)
        }
    }

    var copy: Endpoint<WeekToFill, CopiedWeek> {
        Endpoint(
            .post, "homes/{home}/copies", "Copy the rota of the week before", needs: CopyWeek.self,
            errors: [.notFound],
            details: "By the clock on the wall. Whoever is on the rota then already is left out, so twice does no harm."
        ) { call in
            let copied = try await self.rotas.copy(
                to: call.input, in: call.identifier("home"), by: call.principal, once: call.once)
            return .init(copied.value, isReplay: copied.isReplay)
        }
    }
}
