import HTTPTypes
import Kernel
package import Web

/// `/api/v1/people`.
package struct PeopleRoutes: Sendable {
    let people: PeopleService

    package init(_ people: PeopleService) { self.people = people }

    package func register(on api: inout APIRoutes) {
        api.add(self.residents, in: "people")
        api.add(self.resident, in: "people")
        api.add(self.staff, in: "people")
        self.registerChanges(on: &api)
        self.registerNeeds(on: &api)
        self.registerContacts(on: &api)
        self.registerProfessionals(on: &api)
        self.registerPhotos(on: &api)
        self.registerImport(on: &api)
        self.registerEmergencies(on: &api)
    }

    var residents: Endpoint<Nothing, Page<Resident>> {
        Endpoint(
            .get, "residents", "List the residents you may see", needs: ListResidents.self,
            query: [
                QueryParameter("home", .identifier, "Only those of this home"),
                QueryParameter("unit", .identifier, "Only those of this unit"),
                QueryParameter("status", .oneOf(Resident.Status.self), "Only those of whom this is so"),
                QueryParameter("q", .string(maxLength: 100), "Only those whose name has this in it, or in this room"),
                QueryParameter("mine", .oneOf(["true", "false"]), "Only those you care for by name"),
                QueryParameter("before", .cursor, "The `next` of the page before"),
            ]
        ) { call in
            var filter = ResidentFilter()
            filter.home = call.query("home").flatMap { Identifier($0) }
            filter.unit = call.query("unit").flatMap { Identifier($0) }
            filter.status = call.query("status").flatMap { Resident.Status(rawValue: $0) }
            filter.search = call.query("q")
            filter.isMine = call.query("mine") == "true"
            return .init(
                try await self.people.residents(
                    filter, after: call.query("before").map { try Keyset($0, parts: 2) }, for: call.principal))
        }
    }

    var resident: Endpoint<Nothing, ResidentRecord> {
        Endpoint(
            .get, "residents/{resident}", "See a resident and their care team", needs: ReadResident.self,
            errors: [.notFound]
        ) { call in
            let record = try await self.people.resident(call.identifier("resident"), for: call.principal)
            return .init(record, version: record.version)
        }
    }

    var staff: Endpoint<Nothing, Page<PersonSummary>> {
        Endpoint(
            .get, "staff", "List who works here", needs: ListStaff.self,
            query: [
                QueryParameter("home", .identifier, "Only those of this home, and those of the whole organisation"),
                QueryParameter("q", .string(maxLength: 100), "Only those whose name has this in it"),
                QueryParameter("before", .cursor, "The `next` of the page before"),
            ]
        ) { call in
            .init(
                try await self.people.staff(
                    matching: call.query("q"), home: call.query("home").flatMap { Identifier($0) },
                    after: call.query("before").map { try Keyset($0, parts: 2) }, for: call.principal))
        }
    }
}
