package import Kernel

/// Who may see and who may write down who works when: role × relationship × state.
///
/// All who work in a home see its rota, those of a unit too. It is made by those who answer for the home, and by its
/// administrator, who keeps it for them in most homes and sees no care by it; so it is open, too, to those who make
/// somebody the administrator, because nobody hands on what they do not hold.
package enum ReadRota: Permission {
    package typealias Object = Home
    package static let name = "rotas.read"
    package static let summary = "See who works when in a home"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.staff, [.place, .member], while: ["open"])]
}

package enum PlanShift: Permission {
    package typealias Object = Home
    package typealias Sight = ReadRota
    package static let name = "rotas.plan"
    package static let summary = "Put somebody on the rota"
    package static let kind = ActKind.create
    package static let rules = [Rule(Role.management.union([.admin, .hr, .itAdmin]), [.place], while: ["open"])]
}

package enum RemoveShift: Permission {
    package typealias Object = Home
    package typealias Sight = ReadRota
    package static let name = "rotas.remove"
    package static let summary = "Take somebody off the rota"
    package static let kind = ActKind.softDelete
    package static let rules = PlanShift.rules
}

package enum CopyWeek: Permission {
    package typealias Object = Home
    package typealias Sight = ReadRota
    package static let name = "rotas.copy_week"
    package static let summary = "Copy the rota of the week before"
    package static let kind = ActKind.create
    package static let rules = PlanShift.rules
}
