import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel
import Web

/// `/homes`: how the organisation is called and divided, with the forms that its reader may send.
struct HomesPages: Sendable {
    let accounts: AccountsService

    private static let version: FormField = .one("version", maxLength: 20)

    func register(on pages: inout PageRoutes) {
        pages.get("homes", needs: ReadOrganisation.self) { call in try await self.page(call) }
        pages.post("homes", needs: AddHome.self, fields: HomeForm.fields) { call in
            try await self.change(call, .addHome) {
                _ = try await self.accounts.add(HomeForm(call.form).details(), by: call.principal, once: call.once)
            }
        }
        pages.post(
            "homes/name", needs: RenameOrganisation.self, fields: [.one("name", maxLength: 200), Self.version]
        ) { call in
            try await self.change(call, .rename) {
                _ = try await self.accounts.rename(
                    to: OrganisationName(call.form.text("name")), from: self.version(call), by: call.principal,
                    once: call.once)
            }
        }
        pages.post(
            "homes/{home}/edit", needs: ChangeHome.self, fields: HomeForm.fields + [Self.version]
        ) { call in
            try await self.change(call, .changeHome) {
                _ = try await self.accounts.change(
                    call.identifier("home"), to: HomeForm(call.form).details(), from: self.version(call),
                    by: call.principal, once: call.once)
            }
        }
        pages.post("homes/{home}/units", needs: ChangeUnits.self, fields: HomeForm.unitFields) { call in
            try await self.change(call, .addUnit) {
                _ = try await self.accounts.add(
                    HomeForm(call.form).unit(), to: call.identifier("home"), by: call.principal, once: call.once)
            }
        }
        pages.post(
            "homes/{home}/units/{unit}/edit", needs: ChangeUnits.self, fields: HomeForm.unitFields + [Self.version]
        ) { call in
            try await self.change(call, .changeUnit) {
                _ = try await self.accounts.change(
                    call.identifier("unit"), of: call.identifier("home"), to: HomeForm(call.form).unit(),
                    from: self.version(call), by: call.principal, once: call.once)
            }
        }
    }

    private func version(_ call: PageCall) throws -> Int {
        guard let version = Int(call.form.text("version")) else { throw AccountsError.stale }
        return version
    }

    private func change(
        _ call: PageCall, _ kind: HomesView.Kind, _ act: () async throws -> Void
    ) async throws -> Response {
        do {
            try await act()
            return call.redirect("/homes")
        } catch {
            guard let error = error as? AccountsError, error != .notFound else { throw error }
            let home: Identifier<Home>? = try? call.identifier("home")
            let unit: Identifier<Kernel.Unit>? = try? call.identifier("unit")
            return try await self.page(call, .init(form: call.form, kind: kind, error: error, home: home, unit: unit))
        }
    }

    private func page(_ call: PageCall, _ back: HomesView.Back? = nil) async throws -> Response {
        let record = try await self.accounts.organisation(for: call.principal)
        let view = HomesView(record: record, principal: call.principal, back: back)
        // There is nothing to mend in what somebody may not send at all, nor in what is not there.
        guard view.hasForm else { throw Problem.notAllowed }
        let status: HTTPResponse.Status = back.map { .init(code: $0.error.problem.kind.status) } ?? .ok
        return try await call.page(
            "accounts/homes", view.model(key: call.newKey), title: "Homes", nav: .staff, status: status)
    }
}
