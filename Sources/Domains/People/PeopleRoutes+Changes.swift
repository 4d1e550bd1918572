import HTTPTypes
import Kernel
import Web

/// Adding and changing residents, and their care teams.
extension PeopleRoutes {
    func registerChanges(on api: inout APIRoutes) {
        api.add(self.admit, in: "people")
        api.add(self.change, in: "people")
        api.add(self.changes, in: "people")
        api.add(self.addCarer, in: "people")
        api.add(self.removeCarer, in: "people")
    }

    var admit: Endpoint<ResidentDetails, ResidentRecord> {
        Endpoint(
            .post, "residents", "Add a resident", needs: AdmitResident.self, status: .created,
            details: "The home, and the unit if one is named, are where you are in charge."
        ) { call in
            let admitted = try await self.people.admit(call.input, by: call.visitor, once: call.once)
            return .init(admitted.value, isReplay: admitted.isReplay, version: admitted.value.version)
        }
    }

    var change: Endpoint<ResidentDetails, ResidentRecord> {
        Endpoint(
            .put, "residents/{resident}", "Change a resident’s details", needs: ChangeResident.self,
            errors: [.notFound], isVersioned: true,
            details: "All of the details are written anew: what is left out is taken away. Send the ETag that you have "
                + "read as If-Match, or what somebody else wrote in the meantime is overwritten."
        ) { call in
            let changed = try await self.people.change(
                call.identifier("resident"), to: call.input, from: call.version, by: call.visitor, once: call.once)
            return .init(changed.value, isReplay: changed.isReplay, version: changed.value.version)
        }
    }

    var changes: Endpoint<Nothing, Page<ResidentChange>> {
        Endpoint(
            .get, "residents/{resident}/changes", "See who changed a resident’s details, and when",
            needs: ReadResidentChanges.self,
            query: [QueryParameter("before", .cursor, "The `next` of the page before")], errors: [.notFound]
        ) { call in
            .init(
                try await self.people.changes(
                    of: call.identifier("resident"), after: call.query("before").map { try Keyset($0, parts: 1) },
                    for: call.principal))
        }
    }

    var addCarer: Endpoint<CareTeamMember, ResidentRecord> {
        Endpoint(
            .post, "residents/{resident}/care-team", "Bring somebody into a resident’s care team",
            needs: ChangeCareTeam.self, errors: [.notFound],
            details: "The resident’s care team conversations take them in, from the next message on."
        ) { call in
            let changed = try await self.people.add(
                call.input, toTeamOf: call.identifier("resident"), by: call.principal, once: call.once)
            return .init(changed.value, isReplay: changed.isReplay, version: changed.value.version)
        }
    }

    var removeCarer: Endpoint<Nothing, ResidentRecord> {
        Endpoint(
            .delete, "residents/{resident}/care-team/{person}", "Take somebody out of a resident’s care team",
            needs: ChangeCareTeam.self, errors: [.notFound, .conflict],
            details: "They leave the resident’s care team conversations, too. The key worker stays."
        ) { call in
            let changed = try await self.people.remove(
                call.identifier("person"), fromTeamOf: call.identifier("resident"), by: call.principal, once: call.once)
            return .init(changed.value, isReplay: changed.isReplay, version: changed.value.version)
        }
    }
}
