import Foundation
import HTTPTypes
import Kernel
import Messages
import Web

/// Having something said later.
extension Sample {
    private static let tomorrow = Date().addingTimeInterval(86_400)
    private static let later: @Sendable (Scene, Someone?) -> String = { _, _ in
        #"{"body":"Anything","urgency":"routine","goes_at":"\#(WireTime.format(Self.tomorrow))"}"#
    }
    private static let form: @Sendable (Scene, Someone?) -> [(String, String)] = { _, _ in
        let day = LocalTime(zone: "Europe/London", now: Self.tomorrow.addingTimeInterval(86_400)).today
        return [
            ("body", "Anything"), ("day", day?.description ?? ""), ("time", "07:00"), ("urgency", "same_day"),
        ]
    }

    static let scheduling: [Sample] = [
        Sample(route: "GET /api/v1/messages/scheduled", act: ListScheduled.self, status: .ok),
        Sample(
            route: "POST /api/v1/messages/conversations/{conversation}/scheduled", act: ScheduleMessage.self,
            status: .created, target: .conversation, body: .json(Self.later)),
        Sample(
            route: "GET /api/v1/messages/scheduled/{scheduled}", act: ReadScheduled.self, status: .ok,
            target: .scheduled),
        Sample(
            route: "PUT /api/v1/messages/scheduled/{scheduled}", act: ChangeScheduled.self, status: .ok,
            target: .scheduled, body: .json(Self.later)),
        Sample(
            route: "DELETE /api/v1/messages/scheduled/{scheduled}", act: ChangeScheduled.self, status: .ok,
            target: .scheduled),
        Sample(route: "GET /messages/scheduled", act: ListScheduled.self, status: .ok),
        Sample(
            route: "GET /messages/{conversation}/later", act: PrepareSchedule.self, status: .ok,
            target: .conversation),
        Sample(
            route: "POST /messages/{conversation}/later", act: ScheduleMessage.self, status: .seeOther,
            target: .conversation, body: .form(Self.form)),
        Sample(
            route: "GET /messages/scheduled/{scheduled}", act: ReadScheduled.self, status: .ok, target: .scheduled),
        Sample(
            route: "POST /messages/scheduled/{scheduled}", act: ChangeScheduled.self, status: .seeOther,
            target: .scheduled, body: .form(Self.form),
            audit: ["messages.change_scheduled", "messages.read_scheduled"]),
        Sample(
            route: "POST /messages/scheduled/{scheduled}/cancel", act: ChangeScheduled.self, status: .seeOther,
            target: .scheduled, body: .form { _, _ in [] }),
    ]
}
