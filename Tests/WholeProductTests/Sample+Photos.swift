import Foundation
import Kernel
import People

/// Photos of residents.
extension Sample {
    private static let path = "/residents/{resident}/photo"

    static let photos: [Sample] = [
        Sample(route: "GET /api/v1/people\(Self.path)", act: ReadPhoto.self, status: .ok, target: .resident),
        Sample(
            route: "PUT /api/v1/people\(Self.path)", act: PutUpPhoto.self, status: .ok, target: .resident,
            body: .photo(["WCC-Agreed-By": "best_interests"]), by: .nurse),
        Sample(
            route: "DELETE /api/v1/people\(Self.path)", act: TakeDownPhoto.self, status: .noContent,
            target: .resident, by: .nurse),
        Sample(
            route: "GET \(Self.path)", act: PreparePhoto.self, status: .ok, target: .resident, by: .nurse),
        Sample(
            route: "POST \(Self.path)", act: PutUpPhoto.self, status: .seeOther, target: .resident,
            body: .upload { scene, _ in [("agreed_by", "resident"), ("version", "\(scene.photo)")] }, by: .nurse),
        Sample(
            route: "POST \(Self.path)/removal", act: TakeDownPhoto.self, status: .seeOther, target: .resident,
            body: .form { scene, _ in [("version", "\(scene.photo)")] }, by: .nurse),
        // The page that showed it is recorded.
        Sample(
            route: "GET \(Self.path)/{version}", act: ReadPhoto.self, status: .ok, target: .resident,
            query: "?size=small", audit: []),
    ]
}
