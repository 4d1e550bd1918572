import HTTPTypes
import Kernel
import Web

/// What residents need so that they can communicate.
extension PeopleRoutes {
    func registerNeeds(on api: inout APIRoutes) {
        api.add(self.needs, in: "people")
        api.add(self.recordNeed, in: "people")
        api.add(self.reviewNeed, in: "people")
        api.add(self.endNeed, in: "people")
    }

    var needs: Endpoint<Nothing, Page<CommunicationNeed>> {
        Endpoint(
            .get, "residents/{resident}/needs", "See what a resident needs so that they can communicate",
            needs: ReadNeeds.self, errors: [.notFound]
        ) { call in
            .init(try await self.people.needs(of: call.identifier("resident"), for: call.principal))
        }
    }

    var recordNeed: Endpoint<NewNeed, CommunicationNeed> {
        Endpoint(
            .post, "residents/{resident}/needs", "Write down what a resident needs so that they can communicate",
            needs: ChangeNeeds.self, status: .created, errors: [.notFound]
        ) { call in
            let need = try await self.people.record(
                call.input, of: call.identifier("resident"), by: call.principal, once: call.once)
            return .init(need.value, isReplay: need.isReplay)
        }
    }

    var reviewNeed: Endpoint<NeedReview, CommunicationNeed> {
        Endpoint(
            .post, "residents/{resident}/needs/{need}/reviews", "Say whether a need was met, and when to look again",
            needs: ChangeNeeds.self, errors: [.notFound]
        ) { call in
            let need = try await self.people.review(
                call.identifier("need"), call.input, of: call.identifier("resident"), by: call.principal,
                once: call.once)
            return .init(need.value, isReplay: need.isReplay)
        }
    }

    var endNeed: Endpoint<Ending, CommunicationNeed> {
        Endpoint(
            .post, "residents/{resident}/needs/{need}/end", "Say that a need does not count any more",
            needs: ChangeNeeds.self, errors: [.notFound]
        ) { call in
            let need = try await self.people.end(
                need: call.identifier("need"), call.input, of: call.identifier("resident"), by: call.principal,
                once: call.once)
            return .init(need.value, isReplay: need.isReplay)
        }
    }
}
