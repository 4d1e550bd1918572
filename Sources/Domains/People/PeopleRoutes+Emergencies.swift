import HTTPTypes
import Kernel
import Web

/// Records that are opened in an emergency.
extension PeopleRoutes {
    func registerEmergencies(on api: inout APIRoutes) {
        api.add(self.openInEmergency, in: "people")
        api.add(self.emergencies, in: "people")
        api.add(self.emergency, in: "people")
        api.add(self.reviewEmergency, in: "people")
    }

    var openInEmergency: Endpoint<EmergencyRequest, EmergencyAccess> {
        Endpoint(
            .post, "emergencies", "Open a resident’s record in an emergency", needs: OpenInEmergency.self,
            status: .created, errors: [.conflict], counted: .search,
            details: """
                For an hour, for one resident of a home you work in, for a reason. Those in charge are told at once and \
                look at it afterwards. Each read is recorded. You cannot open the same record again for twelve hours.
                """
        ) { call in
            let access = try await self.people.openInEmergency(call.input, by: call.visitor, once: call.once)
            return .init(access.value, isReplay: access.isReplay)
        }
    }

    var emergencies: Endpoint<Nothing, Page<EmergencyAccess>> {
        Endpoint(
            .get, "emergencies", "List records that were opened in an emergency", needs: ListEmergencies.self,
            query: [
                QueryParameter("waiting", .oneOf(["true", "false"]), "Only those that nobody has looked at again"),
                QueryParameter("before", .cursor, "The `next` of the page before"),
            ]
        ) { call in
            .init(
                try await self.people.emergencies(
                    isWaiting: call.query("waiting") == "true",
                    after: call.query("before").map { try Keyset($0, parts: 2) }, for: call.principal))
        }
    }

    var emergency: Endpoint<Nothing, EmergencyAccess> {
        Endpoint(
            .get, "emergencies/{emergency}", "See why a record was opened in an emergency", needs: ReadEmergency.self,
            errors: [.notFound]
        ) { call in
            .init(try await self.people.emergency(call.identifier("emergency"), for: call.principal).access)
        }
    }

    var reviewEmergency: Endpoint<EmergencyReview, EmergencyAccess> {
        Endpoint(
            .post, "emergencies/{emergency}/review", "Say whether a record was rightly opened in an emergency",
            needs: ReviewEmergency.self, errors: [.notFound]
        ) { call in
            let access = try await self.people.review(
                call.identifier("emergency"), call.input, by: call.principal, once: call.once)
            return .init(access.value, isReplay: access.isReplay)
        }
    }
}
