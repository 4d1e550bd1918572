import HTTPTypes
import Kernel
import Messages

/// What the organisation lets be done with messages; what is decided here changes nothing for the other samples.
extension Sample {
    static let messagePolicy: [Sample] = [
        Sample(route: "GET /api/v1/messages/policy", act: ReadMessagePolicy.self, status: .ok),
        Sample(
            route: "PUT /api/v1/messages/policy", act: ChangeMessagePolicy.self, status: .ok,
            body: .json { _, _ in #"{"change_minutes":30,"tags":[]}"# }, by: .director),
        Sample(route: "GET /messages/policy", act: ReadMessagePolicy.self, status: .ok),
        // Without the version that was seen: the page is shown again.
        Sample(
            route: "POST /messages/policy", act: ChangeMessagePolicy.self, status: .preconditionFailed,
            body: .form { _, _ in [("change_minutes", "30"), ("version", "999999")] }, by: .director,
            audit: ["messages.read_policy"]),
    ]
}
