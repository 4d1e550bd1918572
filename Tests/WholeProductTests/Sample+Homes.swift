import Accounts
import Foundation
import HTTPTypes
import Kernel

/// How the organisation is called and divided.
extension Sample {
    /// A name that nobody has yet, with the world's mark in it.
    private static func name(_ someone: Someone?) -> String {
        "\(someone?.username.split(separator: ".").first ?? "nobody") \(UUID())"
    }

    private static let home: @Sendable (Scene, Someone?) -> String = { _, someone in
        #"{"name":"\#(Self.name(someone))","tint":"orchard","time_zone":"Europe/London"}"#
    }
    private static let homeForm: @Sendable (Scene, Someone?) -> [(String, String)] = { _, someone in
        [
            ("name", Self.name(someone)), ("type", "nursing"), ("tint", "rowan"), ("time_zone", "Europe/London"),
            ("position", "1"),
        ]
    }
    /// The home keeps the name by which others find it.
    private static let sameHome: @Sendable (Scene, Someone?) -> String = { _, someone in
        let mark = someone?.username.split(separator: ".").first ?? "nobody"
        return #"{"name":"\#(mark) House","tint":"rowan","time_zone":"Europe/London"}"#
    }
    private static let unit: @Sendable (Scene, Someone?) -> String = { _, someone in
        #"{"name":"\#(Self.name(someone))","position":2}"#
    }
    private static let unitForm: @Sendable (Scene, Someone?) -> [(String, String)] = { _, someone in
        [("name", Self.name(someone)), ("position", "")]
    }

    static let homes: [Sample] = [
        Sample(route: "GET /api/v1/accounts/organisation", act: ReadOrganisation.self, status: .ok),
        Sample(
            route: "PUT /api/v1/accounts/organisation", act: RenameOrganisation.self, status: .ok,
            body: .json { _, someone in #"{"name":"\#(Self.name(someone))"}"# }, by: .director),
        Sample(
            route: "POST /api/v1/accounts/homes", act: AddHome.self, status: .created, body: .json(Self.home),
            by: .director),
        Sample(
            route: "PUT /api/v1/accounts/homes/{home}", act: ChangeHome.self, status: .ok, target: .home,
            body: .json(Self.sameHome), by: .manager),
        Sample(
            route: "POST /api/v1/accounts/homes/{home}/units", act: ChangeUnits.self, status: .created, target: .home,
            body: .json(Self.unit), by: .manager),
        Sample(
            route: "PUT /api/v1/accounts/homes/{home}/units/{unit}", act: ChangeUnits.self, status: .ok,
            target: .home, body: .json(Self.unit), by: .manager),
        Sample(route: "GET /homes", act: ReadOrganisation.self, status: .ok),
        Sample(route: "GET /homes", act: ReadOrganisation.self, status: .ok, by: .director, variant: "as a director"),
        // Everything in it has the version it had, or the page comes back and says so.
        Sample(
            route: "POST /homes", act: AddHome.self, status: .seeOther, body: .form(Self.homeForm), by: .director),
        Sample(
            route: "POST /homes/{home}/units", act: ChangeUnits.self, status: .seeOther, target: .home,
            body: .form(Self.unitForm), by: .manager),
        Sample(
            route: "POST /homes/name", act: RenameOrganisation.self, status: .preconditionFailed,
            body: .form { _, someone in [("name", Self.name(someone)), ("version", "0")] }, by: .director,
            audit: ["accounts.read_organisation"]),
        Sample(
            route: "POST /homes/{home}/edit", act: ChangeHome.self, status: .preconditionFailed, target: .home,
            body: .form { Self.homeForm($0, $1) + [("version", "0")] }, by: .manager,
            audit: ["accounts.read_organisation"]),
        Sample(
            route: "POST /homes/{home}/units/{unit}/edit", act: ChangeUnits.self, status: .preconditionFailed,
            target: .home, body: .form { Self.unitForm($0, $1) + [("version", "0")] }, by: .manager,
            audit: ["accounts.read_organisation"]),
    ]
}
