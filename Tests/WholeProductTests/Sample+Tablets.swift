import Accounts
import Foundation
import HTTPTypes

/// Shared tablets; nobody of the world holds one, so what needs one says so.
extension Sample {
    private static let none: @Sendable (Scene, Someone?) -> [(String, String)] = { _, _ in [] }
    private static let pin: @Sendable (Scene, Someone?) -> String = { _, _ in #"{"pin":"804152"}"# }

    static let tablets: [Sample] = [
        Sample(route: "GET /api/v1/accounts/tablets", act: ListTablets.self, status: .ok, by: .manager),
        Sample(
            route: "POST /api/v1/accounts/tablets", act: EnrolTablet.self, status: .created, target: .home,
            body: .json { scene, _ in #"{"home_id":"\#(scene.home)","name":"Hall"}"# }, by: .manager),
        Sample(
            route: "POST /api/v1/accounts/tablets/{tablet}/end", act: EndTablet.self, status: .noContent,
            target: .home, by: .manager),
        Sample(route: "GET /api/v1/accounts/tablet", act: nil, status: .notFound, audit: []),
        Sample(
            route: "POST /api/v1/accounts/tablet/open", act: nil, status: .unauthorized,
            body: .json { _, _ in #"{"person_id":"\#(UUID().uuidString.lowercased())","pin":"804152"}"# }, audit: []),
        Sample(
            route: "PUT /api/v1/accounts/tablet/pin", act: SetTabletPin.self, status: .conflict, body: .json(Self.pin),
            audit: []),
        Sample(route: "POST /api/v1/accounts/tablet/lock", act: LockTablet.self, status: .conflict, audit: []),
        Sample(route: "GET /tablets", act: ListTablets.self, status: .ok, by: .manager),
        Sample(
            route: "POST /tablets", act: EnrolTablet.self, status: .seeOther, target: .home,
            body: .form { scene, _ in [("home", "\(scene.home)"), ("name", "Hall")] }, by: .manager),
        Sample(
            route: "POST /tablets/{tablet}/end", act: EndTablet.self, status: .seeOther, target: .home,
            body: .form(Self.none), by: .manager),
        Sample(route: "GET /tablet", act: nil, status: .seeOther, audit: []),
        // Without a form's token, which only a browser that has loaded the page has.
        Sample(
            route: "POST /tablet/open", act: nil, status: .forbidden, body: .form { _, _ in [("pin", "804152")] },
            audit: []),
        Sample(route: "POST /tablet/sign-out", act: nil, status: .forbidden, body: .form(Self.none), audit: []),
        Sample(
            route: "POST /tablet/lock", act: LockTablet.self, status: .conflict, body: .form(Self.none), audit: []),
        Sample(route: "GET /tablet/pin", act: SetTabletPin.self, status: .conflict, audit: []),
        Sample(
            route: "POST /tablet/pin", act: SetTabletPin.self, status: .conflict,
            body: .form { _, _ in [("pin", "804152"), ("again", "804152")] }, audit: []),
        Sample(route: "GET /kept/{form}", act: ReadKeptForm.self, status: .notFound, audit: []),
        Sample(
            route: "POST /kept/{form}/drop", act: DropKeptForm.self, status: .notFound, body: .form(Self.none),
            audit: []),
    ]
}
