import Accounts
import Foundation
import HTTPTypes
import Kernel
import Messages
import NIOConcurrencyHelpers
import Rotas

/// Who works when, and what happens when nobody answers.
extension Sample {
    private static let minutes = NIOLockedValueBox(0)

    /// A minute that no shift was given yet, so that none meets another.
    static func anyMinute() -> (starts: String, ends: String) {
        let number = self.minutes.withLockedValue { minutes in
            minutes += 1
            return minutes
        }
        let day = LocalDate("2027-01-01")?.adding(days: number / 480).description ?? "2027-01-01"
        let hour = 10 + number % 480 / 40, minute = 10 + number % 40
        return ("\(day)T\(hour):\(minute)", "\(day)T\(hour):\(minute + 1)")
    }

    static let rotas: [Sample] = [
        Sample(
            route: "GET /api/v1/rotas/homes/{home}/week", act: ReadRota.self, status: .ok, target: .rota,
            query: "?day=2026-11-28"),
        Sample(route: "GET /api/v1/rotas/homes/{home}/on-duty", act: ReadRota.self, status: .ok, target: .rota),
        Sample(
            route: "POST /api/v1/rotas/homes/{home}/shifts", act: PlanShift.self, status: .created, target: .rota,
            body: .json { scene, _ in
                let (starts, ends) = Self.anyMinute()
                return #"{"person_id":"\#(scene.outsider)","kind":"shift","starts":"\#(starts)","ends":"\#(ends)"}"#
            }, by: .manager),
        Sample(
            route: "DELETE /api/v1/rotas/homes/{home}/shifts/{shift}", act: RemoveShift.self, status: .ok,
            target: .rota, by: .manager),
        Sample(
            route: "POST /api/v1/rotas/homes/{home}/copies", act: CopyWeek.self, status: .ok, target: .rota,
            body: .json { _, _ in #"{"monday":"2026-11-23"}"# }, by: .manager),
        // Only sends on to the rota of one's own home.
        Sample(route: "GET /rota", act: ListHomes.self, status: .seeOther, audit: []),
        Sample(route: "GET /rota/{home}", act: ReadRota.self, status: .ok, target: .rota),
        Sample(
            route: "GET /rota/{home}", act: ReadRota.self, status: .ok, target: .rota, query: "?day=2027-03-28",
            by: .manager, audit: ["people.list_staff", "rotas.read"], variant: "as a manager"),
        Sample(
            route: "POST /rota/{home}/shifts", act: PlanShift.self, status: .seeOther, target: .rota,
            body: .form { scene, _ in
                let (starts, ends) = Self.anyMinute()
                return [
                    ("person_id", "\(scene.outsider)"), ("kind", "on_call_manager"), ("starts", starts),
                    ("ends", ends), ("position", "2"),
                ]
            }, by: .manager),
        Sample(
            route: "POST /rota/{home}/shifts/{shift}/removal", act: RemoveShift.self, status: .seeOther,
            target: .rota, body: .form { _, _ in [] }, by: .manager),
        Sample(
            route: "POST /rota/{home}/copy", act: CopyWeek.self, status: .seeOther, target: .rota,
            body: .form { _, _ in [("monday", "2026-11-23")] }, by: .manager),
    ]

    static let ladders: [Sample] = [
        Sample(
            route: "GET /api/v1/messages/conversations/{conversation}/messages/{message}/ladder",
            act: ReadLadder.self, status: .ok, target: .conversation),
        Sample(
            route: "GET /api/v1/messages/homes/{home}/ladder-policy", act: ReadLadderPolicy.self, status: .ok,
            target: .rota),
        Sample(
            route: "PUT /api/v1/messages/homes/{home}/ladder-policy", act: ChangeLadderPolicy.self, status: .ok,
            target: .rota,
            body: .json { _, _ in #"{"step_minutes":10,"shift_steps":2,"repeat_minutes":10,"repeats":6}"# },
            by: .manager),
        Sample(route: "GET /messages/ladder/{home}", act: ReadLadderPolicy.self, status: .ok, target: .rota),
        Sample(
            route: "POST /messages/ladder/{home}", act: ChangeLadderPolicy.self, status: .seeOther, target: .rota,
            body: .form { _, _ in
                [("step_minutes", "10"), ("shift_steps", "2"), ("repeat_minutes", "10"), ("repeats", "6")]
            }, by: .manager),
    ]
}
