import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel
import Accounts
package import People
package import Web

/// `/rota`: who works when, and the forms to plan it.
package struct RotasPages: Sendable {
    let rotas: RotasService
    let people: PeopleService

    package init(_ rotas: RotasService, people: PeopleService) {
        self.rotas = rotas
        self.people = people
    }

    package func register(on pages: inout PageRoutes) {
        pages.get("rota", needs: ListHomes.self, self.choose)
        pages.get(
            "rota/{home}", needs: ReadRota.self,
            query: [
                QueryParameter("day", .date), QueryParameter("copied", .integer), QueryParameter("left", .integer),
            ]
        ) { call in try await self.week(call) }
        pages.post(
            "rota/{home}/shifts", needs: PlanShift.self,
            fields: [
                .one("person_id", maxLength: 36), .one("kind", maxLength: 20), .one("unit_id", maxLength: 36),
                .one("starts", maxLength: 40), .one("ends", maxLength: 40), .one("position", maxLength: 2),
            ], self.plan)
        pages.post(
            "rota/{home}/shifts/{shift}/removal", needs: RemoveShift.self, fields: [], self.remove)
        pages.post(
            "rota/{home}/copy", needs: CopyWeek.self, fields: [.one("monday", maxLength: 10)], self.copy)
    }

    /// The rota of the first home that somebody works in.
    @Sendable func choose(_ call: PageCall) async throws -> Response {
        _ = try call.principal.decide(ListHomes.self, call.principal.membership)
        let homes = call.visitor.homes
        guard let home = homes.first(where: \.isMine) ?? homes.first else { throw RotasError.notFound }
        return call.redirect("/rota/\(home.id)")
    }

    @Sendable func plan(_ call: PageCall) async throws -> Response {
        let home: Identifier<Home> = try call.identifier("home")
        do {
            guard let person = Identifier<Person>(call.form.text("person_id")) else { throw RotasError.noSuchPerson }
            let unit = call.form.optional("unit_id")
            if unit != nil, unit.flatMap({ Identifier<Unit>($0) }) == nil { throw RotasError.noSuchUnit }
            guard let position = Int(call.form.optional("position") ?? "1") else { throw RotasError.wrongOrder }
            let new = NewShift(
                person: person, kind: Shift.Kind(rawValue: call.form.text("kind")) ?? .shift,
                unit: unit.flatMap { Identifier($0) }, starts: call.form.text("starts"), ends: call.form.text("ends"),
                position: position)
            let planned = try await self.rotas.plan(new, in: home, by: call.principal, once: call.once)
            let day = call.visitor.time(at: call.now, in: home).date(planned.value.startsAt)
            return call.redirect("/rota/\(home)" + (day.map { "?day=\($0)#shift-\(planned.value.id)" } ?? ""))
        } catch let error as RotasError where error != .notFound {
            return try await self.week(call, error.problem)
        }
    }

    @Sendable func remove(_ call: PageCall) async throws -> Response {
        let home: Identifier<Home> = try call.identifier("home")
        let removed = try await self.rotas.remove(
            call.identifier("shift"), in: home, by: call.principal, once: call.once)
        let day = call.visitor.time(at: call.now, in: home).date(removed.value.startsAt)
        return call.redirect("/rota/\(home)" + (day.map { "?day=\($0)#day-\($0)" } ?? ""))
    }

    @Sendable func copy(_ call: PageCall) async throws -> Response {
        let home: Identifier<Home> = try call.identifier("home")
        guard let monday = LocalDate(call.form.text("monday")) else {
            return try await self.week(call, RotasError.tooFarAway.problem)
        }
        do {
            let copied = try await self.rotas.copy(
                to: WeekToFill(monday: monday), in: home, by: call.principal, once: call.once
            ).value
            return call.redirect(
                "/rota/\(home)?day=\(copied.monday)&copied=\(copied.copied)&left=\(copied.leftOut)")
        } catch let error as RotasError where error != .notFound {
            return try await self.week(call, error.problem)
        }
    }

    private func week(_ call: PageCall, _ problem: Problem? = nil) async throws -> Response {
        let home: Identifier<Home> = try call.identifier("home")
        let time = call.visitor.time(at: call.now, in: home)
        let typed = problem == nil ? nil : call.form
        let day =
            call.query("day").flatMap { LocalDate($0) }
            ?? typed.flatMap { LocalMoment($0.text("starts"))?.day ?? LocalDate($0.text("monday")) } ?? time.today
        let week = try await self.rotas.week(of: home, around: day, for: call.principal)
        let mayPlan = call.principal.may(
            PlanShift.self, Standing(home, [], at: Place(home: home), state: "open"))
        // There is nothing to mend in what somebody may not send at all.
        guard problem == nil || mayPlan else { throw Problem.notAllowed }
        let staff = mayPlan ? try await self.people.staff(home: home, limit: 500, for: call.principal).items : []
        let view = RotaView(
            home: call.visitor.home(home), id: home, week: week, day: day ?? week.monday, time: time, mayPlan: mayPlan)
        var model = view.model(newKey: call.newKey)
        model["errors"] =
            problem.map { problem in
                problem.summary(Dictionary(RotaView.fields.map { ("/\($0)", "#\($0)") }) { first, _ in first })
            }.orFalse
        model["notice"] = Self.notice(call).orFalse
        model["plan"] =
            (mayPlan
            ? [
                "action": "/rota/\(home)/shifts", "key": call.newKey(),
                "fields": view.form(typed, problem, staff),
            ] as Model : nil).orFalse
        return try await call.page(
            "rotas/week", model, title: "Rota", nav: .rota, home: call.visitor.home(home),
            status: problem == nil ? .ok : .unprocessableContent)
    }

    private static func notice(_ call: PageCall) -> String? {
        guard let copied = call.query("copied").flatMap({ Int($0) }) else { return nil }
        let left = call.query("left").flatMap { Int($0) } ?? 0
        let done = "\(Words.count(copied, "shift was", "shifts were").capitalised) copied from the week before."
        if left == 0 { return done }
        return done
            + " \(Words.count(left, "shift was", "shifts were").capitalised) left out: the person is on the rota then"
            + " already or has no role here any more, or the time does not exist that night."
    }
}
