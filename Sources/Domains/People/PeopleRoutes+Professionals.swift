import HTTPTypes
import Kernel
import Web

/// Professionals from outside, and whose they are.
extension PeopleRoutes {
    func registerProfessionals(on api: inout APIRoutes) {
        api.add(self.professionals, in: "people")
        api.add(self.addProfessional, in: "people")
        api.add(self.professional, in: "people")
        api.add(self.changeProfessional, in: "people")
        api.add(self.endProfessional, in: "people")
        api.add(self.residentProfessionals, in: "people")
        api.add(self.linkProfessional, in: "people")
        api.add(self.unlinkProfessional, in: "people")
    }

    var professionals: Endpoint<Nothing, Page<Professional>> {
        Endpoint(
            .get, "professionals", "List the professionals from outside", needs: ListProfessionals.self,
            query: [
                QueryParameter("q", .string(maxLength: 100), "Only those whose name or organisation has this in it"),
                QueryParameter("role", .oneOf(Professional.roles.map(\.rawValue)), "Only those who are this"),
                QueryParameter("before", .cursor, "The `next` of the page before"),
            ]
        ) { call in
            .init(
                try await self.people.professionals(
                    matching: call.query("q"), role: call.query("role").flatMap { Role(rawValue: $0) },
                    after: call.query("before").map { try Keyset($0, parts: 2) }, for: call.principal))
        }
    }

    var addProfessional: Endpoint<ProfessionalDetails, Professional> {
        Endpoint(
            .post, "professionals", "Add a professional from outside", needs: AddProfessional.self, status: .created,
            details: "They get no account. The number of a registration is kept as it is said, and is not verified."
        ) { call in
            let added = try await self.people.add(call.input, by: call.principal, once: call.once)
            return .init(added.value, isReplay: added.isReplay, version: added.value.version)
        }
    }

    var professional: Endpoint<Nothing, ProfessionalRecord> {
        Endpoint(
            .get, "professionals/{professional}", "See a professional from outside, and what was changed",
            needs: ReadProfessional.self, errors: [.notFound]
        ) { call in
            let record = try await self.people.professional(call.identifier("professional"), for: call.principal)
            return .init(record, version: record.professional.version)
        }
    }

    var changeProfessional: Endpoint<ProfessionalDetails, Professional> {
        Endpoint(
            .put, "professionals/{professional}", "Change a professional from outside",
            needs: ChangeProfessional.self, errors: [.notFound], isVersioned: true,
            details:
                "All of the details are written anew. Send its version as If-Match, or what somebody else wrote in "
                + "the meantime is overwritten."
        ) { call in
            let changed = try await self.people.change(
                call.identifier("professional"), to: call.input, from: call.version, by: call.principal,
                once: call.once)
            return .init(changed.value, isReplay: changed.isReplay, version: changed.value.version)
        }
    }

    var endProfessional: Endpoint<Ending, Professional> {
        Endpoint(
            .post, "professionals/{professional}/end", "Say that a professional does not come any more",
            needs: ChangeProfessional.self, errors: [.notFound],
            details: "They are no resident’s from then on. What was written down is kept."
        ) { call in
            let ended = try await self.people.end(
                professional: call.identifier("professional"), call.input, by: call.principal, once: call.once)
            return .init(ended.value, isReplay: ended.isReplay)
        }
    }

    // MARK: Whose they are

    var residentProfessionals: Endpoint<Nothing, Page<ResidentProfessional>> {
        Endpoint(
            .get, "residents/{resident}/professionals", "See which professionals from outside are a resident’s",
            needs: ReadResidentProfessionals.self, errors: [.notFound]
        ) { call in
            .init(try await self.people.professionals(of: call.identifier("resident"), for: call.principal))
        }
    }

    var linkProfessional: Endpoint<NewLink, ResidentProfessional> {
        Endpoint(
            .post, "residents/{resident}/professionals", "Say that a professional is a resident’s",
            needs: LinkProfessional.self, status: .created, errors: [.notFound]
        ) { call in
            let link = try await self.people.link(
                call.input, to: call.identifier("resident"), by: call.principal, once: call.once)
            return .init(link.value, isReplay: link.isReplay)
        }
    }

    var unlinkProfessional: Endpoint<LinkEnd, ResidentProfessional> {
        Endpoint(
            .post, "residents/{resident}/professionals/{link}/end",
            "Say that a professional is not a resident’s any more",
            needs: LinkProfessional.self, errors: [.notFound]
        ) { call in
            let link = try await self.people.unlink(
                call.identifier("link"), call.input, of: call.identifier("resident"), by: call.principal,
                once: call.once)
            return .init(link.value, isReplay: link.isReplay)
        }
    }
}
