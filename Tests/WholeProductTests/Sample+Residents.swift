import Foundation
import HTTPTypes
import Kernel
import People

/// Adding and changing residents, and their care teams.
extension Sample {
    private static let details: @Sendable (Scene, Someone?) -> String = { scene, someone in
        // Everybody where they are in charge, if they are in charge of anything.
        let home = someone?.part.isElsewhere == true ? scene.otherHome : scene.home
        return #"""
            {"full_name":"Anybody","home_id":"\#(home)","room":"7","status":"current","moved_in_on":"2026-02-02"}
            """#
    }

    private static let form: @Sendable (Scene, Someone?) -> [(String, String)] = { scene, someone in
        let home = someone?.part.isElsewhere == true ? scene.otherHome : scene.home
        return [
            ("full_name", "Anybody"), ("place", "\(home)"), ("room", "7"), ("status", "current"),
            ("moved_in_on", "2026-02-02"),
        ]
    }

    static let residents: [Sample] = [
        Sample(
            route: "POST /api/v1/people/residents", act: AdmitResident.self, status: .created,
            body: .json(Self.details), by: .manager),
        Sample(
            route: "PUT /api/v1/people/residents/{resident}", act: ChangeResident.self, status: .ok, target: .resident,
            body: .json { scene, _ in Self.details(scene, nil) }, by: .manager),
        Sample(
            route: "GET /api/v1/people/residents/{resident}/changes", act: ReadResidentChanges.self, status: .ok,
            target: .resident, by: .manager),
        Sample(
            route: "POST /api/v1/people/residents/{resident}/care-team", act: ChangeCareTeam.self, status: .ok,
            target: .resident, body: .json { scene, _ in #"{"person_id":"\#(scene.outsider)"}"# }, by: .manager),
        Sample(
            route: "DELETE /api/v1/people/residents/{resident}/care-team/{person}", act: ChangeCareTeam.self,
            status: .ok, target: .resident, by: .manager, variant: "somebody else"),
        Sample(
            route: "GET /residents/new", act: AdmitResident.self, status: .ok, by: .manager,
            audit: ["people.list_staff"]),
        Sample(
            route: "POST /residents/new", act: AdmitResident.self, status: .seeOther, body: .form(Self.form),
            by: .manager),
        Sample(
            route: "GET /residents/{resident}/edit", act: PrepareResidentChange.self, status: .ok, target: .resident,
            by: .manager, audit: ["people.list_staff", "people.prepare_change"]),
        Sample(
            route: "POST /residents/{resident}/edit", act: ChangeResident.self, status: .seeOther, target: .resident,
            body: .form { scene, _ in Self.form(scene, nil) + [("version", "1")] }, by: .manager),
        Sample(
            route: "POST /residents/{resident}/care-team", act: ChangeCareTeam.self, status: .seeOther,
            target: .resident, body: .form { scene, _ in [("person", "\(scene.outsider)")] }, by: .manager),
        Sample(
            route: "POST /residents/{resident}/care-team/{person}/removal", act: ChangeCareTeam.self,
            status: .seeOther, target: .resident, body: .form { _, _ in [] }, by: .manager, variant: "somebody else"),
    ]
    static let needs: [Sample] = [
        Sample(
            route: "GET /api/v1/people/residents/{resident}/needs", act: ReadNeeds.self, status: .ok,
            target: .resident),
        Sample(
            route: "POST /api/v1/people/residents/{resident}/needs", act: ChangeNeeds.self, status: .created,
            target: .resident, body: .json { _, _ in #"{"kind":"quiet","sharing":"agreed"}"# }),
        Sample(
            route: "POST /api/v1/people/residents/{resident}/needs/{need}/reviews", act: ChangeNeeds.self, status: .ok,
            target: .resident, body: .json { _, _ in #"{"outcome":"met"}"# }),
        Sample(
            route: "POST /api/v1/people/residents/{resident}/needs/{need}/end", act: ChangeNeeds.self, status: .ok,
            target: .resident, body: .json { _, _ in #"{"reason":"A new hearing aid"}"# }),
        Sample(
            route: "GET /residents/{resident}/needs", act: ReadNeeds.self, status: .ok, target: .resident,
            audit: ["people.read_needs", "people.read_resident"]),
        Sample(
            route: "POST /residents/{resident}/needs", act: ChangeNeeds.self, status: .seeOther, target: .resident,
            body: .form { _, _ in [("kind", "quiet"), ("words", "Anything"), ("sharing", "refused")] }),
        Sample(
            route: "POST /residents/{resident}/needs/{need}/review", act: ChangeNeeds.self, status: .seeOther,
            target: .resident, body: .form { _, _ in [("outcome", "partly"), ("note", "Anything")] }),
        Sample(
            route: "POST /residents/{resident}/needs/{need}/end", act: ChangeNeeds.self, status: .seeOther,
            target: .resident, body: .form { _, _ in [("reason", "Anything")] }),
    ]
    private static let contact: @Sendable (Scene, Someone?) -> String = { _, _ in
        #"{"full_name":"Anybody","relationship":"child","is_emergency":true,"authority":"none"}"#
    }

    static let contacts: [Sample] = [
        Sample(
            route: "GET /api/v1/people/residents/{resident}/contacts", act: ReadContacts.self, status: .ok,
            target: .resident),
        Sample(
            route: "POST /api/v1/people/residents/{resident}/contacts", act: ChangeContacts.self, status: .created,
            target: .resident, body: .json(Self.contact), by: .nurse),
        Sample(
            route: "PUT /api/v1/people/residents/{resident}/contacts/{contact}", act: ChangeContacts.self, status: .ok,
            target: .resident, body: .json(Self.contact), by: .nurse),
        Sample(
            route: "POST /api/v1/people/residents/{resident}/contacts/{contact}/end", act: ChangeContacts.self,
            status: .ok, target: .resident, body: .json { _, _ in #"{"reason":"Anything"}"# }, by: .nurse),
        Sample(
            route: "POST /api/v1/people/residents/{resident}/contacts/{contact}/restrictions",
            act: RestrictContact.self, status: .created, target: .resident,
            body: .json { _, _ in #"{"kind":"supervised","reason":"Anything"}"# }, by: .manager),
        Sample(
            route: "POST /api/v1/people/residents/{resident}/contacts/{contact}/restrictions/{restriction}/end",
            act: RestrictContact.self, status: .ok, target: .resident,
            body: .json { _, _ in #"{"reason":"Anything"}"# }, by: .manager),
        Sample(
            route: "GET /residents/{resident}/contacts", act: ReadContacts.self, status: .ok, target: .resident,
            audit: ["people.read_contacts", "people.read_resident"]),
        Sample(
            route: "POST /residents/{resident}/contacts", act: ChangeContacts.self, status: .seeOther,
            target: .resident,
            body: .form { _, _ in
                [("full_name", "Anybody"), ("relationship", "friend"), ("authority", "none"), ("is_emergency", "no")]
            }, by: .nurse),
        Sample(
            route: "POST /residents/{resident}/contacts/{contact}/edit", act: ChangeContacts.self, status: .seeOther,
            target: .resident,
            body: .form { _, _ in
                [("full_name", "Anybody"), ("relationship", "friend"), ("authority", "none"), ("version", "1")]
            }, by: .nurse),
        Sample(
            route: "POST /residents/{resident}/contacts/{contact}/end", act: ChangeContacts.self, status: .seeOther,
            target: .resident, body: .form { _, _ in [("reason", "Anything")] }, by: .nurse),
        Sample(
            route: "POST /residents/{resident}/contacts/{contact}/restrictions", act: RestrictContact.self,
            status: .seeOther, target: .resident,
            body: .form { _, _ in [("kind", "no_visits"), ("reason", "Anything")] }, by: .manager),
        Sample(
            route: "POST /residents/{resident}/contacts/{contact}/restrictions/{restriction}/end",
            act: RestrictContact.self, status: .seeOther, target: .resident,
            body: .form { _, _ in [("reason", "Anything")] }, by: .manager),
    ]
    /// Somebody of a name that nobody has yet, where the one who sends it is in charge.
    private static let csv: @Sendable (Scene, Someone?) -> String = { _, someone in
        // As the world calls its homes: what is typed may be said back.
        let mark = someone?.username.split(separator: ".").first ?? "nobody"
        let home = "\(mark) \(someone?.part.isElsewhere == true ? "View" : "House")"
        return "full_name,home,room,moved_in_on\nAnybody \(UUID()),\(home),7,2026-02-02\n"
    }
    private static let list: @Sendable (Scene, Someone?) -> String = { scene, someone in
        #"{"csv":"\#(Self.csv(scene, someone).replacing("\n", with: #"\n"#))"}"#
    }

    static let imports: [Sample] = [
        Sample(
            route: "POST /api/v1/people/imports/check", act: CheckImport.self, status: .ok, body: .json(Self.list),
            by: .manager),
        Sample(
            route: "POST /api/v1/people/imports", act: ImportResidents.self, status: .created, body: .json(Self.list),
            by: .manager),
        Sample(route: "GET /residents/import", act: ImportResidents.self, status: .ok, by: .manager, audit: []),
        Sample(
            route: "POST /residents/import/check", act: CheckImport.self, status: .ok,
            body: .form { [("csv", Self.csv($0, $1))] }, by: .manager),
        Sample(
            route: "POST /residents/import", act: ImportResidents.self, status: .seeOther,
            body: .form { [("csv", Self.csv($0, $1))] }, by: .manager),
    ]
}
