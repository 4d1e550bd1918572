import HTTPTypes
import Kernel
import Web

/// How the organisation is divided.
extension AccountsRoutes {
    func registerHomes(on api: inout APIRoutes) {
        api.add(self.organisation, in: "accounts")
        api.add(self.renameOrganisation, in: "accounts")
        api.add(self.addHome, in: "accounts")
        api.add(self.changeHome, in: "accounts")
        api.add(self.addUnit, in: "accounts")
        api.add(self.changeUnit, in: "accounts")
    }

    private static let versioned =
        "Send the version that you have read as If-Match, or what somebody else wrote in the meantime is overwritten."

    var organisation: Endpoint<Nothing, OrganisationRecord> {
        Endpoint(
            .get, "organisation", "See how the organisation is divided", needs: ReadOrganisation.self,
            details: "With the version of everything in it. That of the organisation itself is the ETag."
        ) { call in
            let record = try await self.accounts.organisation(for: call.principal)
            return .init(record, version: record.version)
        }
    }

    var renameOrganisation: Endpoint<OrganisationName, OrganisationRecord> {
        Endpoint(
            .put, "organisation", "Give the organisation another name", needs: RenameOrganisation.self,
            isVersioned: true, details: Self.versioned
        ) { call in
            let changed = try await self.accounts.rename(
                to: call.input, from: call.version, by: call.principal, once: call.once)
            return .init(changed.value, isReplay: changed.isReplay, version: changed.value.version)
        }
    }

    var addHome: Endpoint<HomeDetails, OrganisationRecord> {
        Endpoint(.post, "homes", "Add a home", needs: AddHome.self, status: .created) { call in
            let changed = try await self.accounts.add(call.input, by: call.principal, once: call.once)
            return .init(changed.value, isReplay: changed.isReplay)
        }
    }

    var changeHome: Endpoint<HomeDetails, OrganisationRecord> {
        Endpoint(
            .put, "homes/{home}", "Change a home’s details", needs: ChangeHome.self, errors: [.notFound],
            isVersioned: true, details: Self.versioned
        ) { call in
            let changed = try await self.accounts.change(
                call.identifier("home"), to: call.input, from: call.version, by: call.principal, once: call.once)
            return .init(changed.value, isReplay: changed.isReplay)
        }
    }

    var addUnit: Endpoint<UnitDetails, OrganisationRecord> {
        Endpoint(
            .post, "homes/{home}/units", "Add a unit to a home", needs: ChangeUnits.self, status: .created,
            errors: [.notFound]
        ) { call in
            let changed = try await self.accounts.add(
                call.input, to: call.identifier("home"), by: call.principal, once: call.once)
            return .init(changed.value, isReplay: changed.isReplay)
        }
    }

    var changeUnit: Endpoint<UnitDetails, OrganisationRecord> {
        Endpoint(
            .put, "homes/{home}/units/{unit}", "Change a unit of a home", needs: ChangeUnits.self, errors: [.notFound],
            isVersioned: true, details: Self.versioned
        ) { call in
            let changed = try await self.accounts.change(
                call.identifier("unit"), of: call.identifier("home"), to: call.input, from: call.version,
                by: call.principal, once: call.once)
            return .init(changed.value, isReplay: changed.isReplay)
        }
    }
}
