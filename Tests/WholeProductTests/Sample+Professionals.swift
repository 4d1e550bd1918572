import Foundation
import Kernel
import People

/// Professionals from outside, and whose they are.
extension Sample {
    private static let details: @Sendable (Scene, Someone?) -> String = { _, _ in
        #"{"full_name":"Anybody","role":"gp","register":"gmc","registration_number":"1234567"}"#
    }
    private static let today: @Sendable (Scene, Someone?) -> String = { _, _ in
        let today = LocalTime(zone: "Europe/London", now: Date()).today
        return #"{"until":"\#(today?.description ?? "")"}"#
    }
    private static let form: @Sendable (Scene, Someone?) -> [(String, String)] = { _, _ in
        [("full_name", "Anybody"), ("role", "gp"), ("version", "1")]
    }

    static let professionals: [Sample] = [
        Sample(route: "GET /api/v1/people/professionals", act: ListProfessionals.self, status: .ok),
        Sample(
            route: "POST /api/v1/people/professionals", act: AddProfessional.self, status: .created,
            body: .json(Self.details), by: .nurse),
        Sample(
            route: "GET /api/v1/people/professionals/{professional}", act: ReadProfessional.self, status: .ok,
            target: .professional),
        Sample(
            route: "PUT /api/v1/people/professionals/{professional}", act: ChangeProfessional.self, status: .ok,
            target: .professional, body: .json(Self.details), by: .nurse),
        Sample(
            route: "POST /api/v1/people/professionals/{professional}/end", act: ChangeProfessional.self, status: .ok,
            target: .professional, body: .json { _, _ in #"{"reason":"Anything"}"# }, by: .nurse),
        Sample(
            route: "GET /api/v1/people/residents/{resident}/professionals", act: ReadResidentProfessionals.self,
            status: .ok, target: .resident),
        Sample(
            route: "POST /api/v1/people/residents/{resident}/professionals", act: LinkProfessional.self,
            status: .created, target: .resident,
            body: .json { scene, _ in #"{"professional_id":"\#(scene.unlinked)"}"# }, by: .nurse),
        Sample(
            route: "POST /api/v1/people/residents/{resident}/professionals/{link}/end", act: LinkProfessional.self,
            status: .ok, target: .resident, body: .json(Self.today), by: .nurse),
        Sample(route: "GET /professionals", act: ListProfessionals.self, status: .ok),
        Sample(
            route: "GET /professionals", act: ListProfessionals.self, status: .ok, query: "?q=Okafor&role=gp",
            variant: "searched"),
        Sample(
            route: "GET /professionals/new", act: AddProfessional.self, status: .ok, by: .nurse, audit: []),
        Sample(
            route: "POST /professionals/new", act: AddProfessional.self, status: .seeOther,
            body: .form { _, _ in [("full_name", "Anybody"), ("role", "gp")] }, by: .nurse),
        Sample(
            route: "GET /professionals/{professional}", act: ReadProfessional.self, status: .ok,
            target: .professional),
        Sample(
            route: "GET /professionals/{professional}", act: ReadProfessional.self, status: .ok,
            target: .professional, by: .nurse, variant: "as a nurse"),
        Sample(
            route: "GET /professionals/{professional}/edit", act: PrepareProfessionalChange.self, status: .ok,
            target: .professional, by: .nurse),
        Sample(
            route: "POST /professionals/{professional}/edit", act: ChangeProfessional.self, status: .seeOther,
            target: .professional, body: .form(Self.form), by: .nurse),
        Sample(
            route: "POST /professionals/{professional}/end", act: ChangeProfessional.self, status: .seeOther,
            target: .professional, body: .form { _, _ in [("reason", "Anything")] }, by: .nurse),
        Sample(
            route: "POST /residents/{resident}/professionals", act: LinkProfessional.self, status: .seeOther,
            target: .resident, body: .form { scene, _ in [("professional", "\(scene.unlinked)")] }, by: .nurse),
        Sample(
            route: "POST /residents/{resident}/professionals/{link}/end", act: LinkProfessional.self,
            status: .seeOther, target: .resident, body: .form { _, _ in [] }, by: .nurse),
    ]
}
