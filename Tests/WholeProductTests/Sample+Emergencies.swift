import Foundation
import HTTPTypes
import Kernel
import People

/// Records that are opened in an emergency.
extension Sample {
    private static let path = "/residents/emergencies"

    static let emergencies: [Sample] = [
        // Somebody who is not found: whom an emergency opens depends on who asks.
        Sample(
            route: "POST /api/v1/people/emergencies", act: OpenInEmergency.self, status: .unprocessableContent,
            body: .json { _, _ in #"{"full_name":"Nobody Here","room":"1","reason":"It cannot wait"}"# },
            by: .manager, audit: ["people.miss_in_emergency"]),
        Sample(route: "GET /api/v1/people/emergencies", act: ListEmergencies.self, status: .ok, by: .manager),
        Sample(
            route: "GET /api/v1/people/emergencies/{emergency}", act: ReadEmergency.self, status: .ok,
            target: .emergency, by: .manager),
        Sample(
            route: "POST /api/v1/people/emergencies/{emergency}/review", act: ReviewEmergency.self, status: .ok,
            target: .emergency, body: .json { _, _ in #"{"is_justified":true}"# }, by: .manager),
        Sample(route: "GET \(Self.path)/new", act: OpenInEmergency.self, status: .ok, by: .manager, audit: []),
        Sample(
            route: "POST \(Self.path)/new", act: OpenInEmergency.self, status: .unprocessableContent,
            body: .form { _, _ in [("full_name", "Nobody Here"), ("room", "1"), ("reason", "It cannot wait")] },
            by: .manager, audit: ["people.miss_in_emergency"]),
        Sample(route: "GET \(Self.path)", act: ListEmergencies.self, status: .ok, by: .manager),
        Sample(
            route: "GET \(Self.path)/{emergency}", act: ReadEmergency.self, status: .ok, target: .emergency,
            by: .manager),
        Sample(
            route: "POST \(Self.path)/{emergency}/review", act: ReviewEmergency.self, status: .seeOther,
            target: .emergency, body: .form { _, _ in [("is_justified", "yes")] }, by: .manager),
    ]
}
