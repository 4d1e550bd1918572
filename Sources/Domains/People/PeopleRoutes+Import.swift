import HTTPTypes
import Kernel
import Web

/// Bringing many residents in from a list.
extension PeopleRoutes {
    func registerImport(on api: inout APIRoutes) {
        api.add(self.checkImport, in: "people")
        api.add(self.bringIn, in: "people")
    }

    var checkImport: Endpoint<ResidentList, ImportReport> {
        Endpoint(
            .post, "imports/check", "See what a list of residents would bring, and what is wrong with it",
            needs: CheckImport.self, details: "Nothing is written. Every fault is named by its line."
        ) { call in
            let report = try await self.people.check(call.input, by: call.visitor, once: call.once)
            return .init(report.value, isReplay: report.isReplay)
        }
    }

    var bringIn: Endpoint<ResidentList, ImportReport> {
        Endpoint(
            .post, "imports", "Bring in everybody on a list of residents, or nobody", needs: ImportResidents.self,
            status: .created,
            details: "If anything is wrong, nothing is written. The same list once more brings nobody in twice."
        ) { call in
            let report = try await self.people.bringIn(call.input, by: call.visitor, once: call.once)
            return .init(report.value, isReplay: report.isReplay)
        }
    }
}
