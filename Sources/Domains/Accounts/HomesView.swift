import Kernel
import Web

/// The organisation's page, with the forms that its reader may send.
struct HomesView {
    enum Kind: Sendable { case rename, addHome, changeHome, addUnit, changeUnit }

    /// A form that has come back, with what was typed.
    struct Back {
        let form: Form
        let kind: Kind
        let error: AccountsError
        let home: Identifier<Home>?
        let unit: Identifier<Kernel.Unit>?

        var suffix: String {
            switch (self.kind, self.home, self.unit) {
            case (.rename, _, _): "-organisation"
            case (.changeHome, let home?, _): "-\(home)"
            case (.addUnit, let home?, _): "-new-\(home)"
            case (.changeUnit, _, let unit?): "-\(unit)"
            default: "-new"
            }
        }
        var summary: Model { self.error.problem.summary(HomeForm.addresses(self.suffix)) }
    }

    let record: OrganisationRecord
    let principal: Principal
    let back: Back?

    private var mayRename: Bool { self.principal.may(RenameOrganisation.self, self.standing) }
    private var mayAdd: Bool { self.principal.may(AddHome.self, self.standing) }
    private var standing: Standing<Organisation> {
        Standing(self.record.id, [.member], at: Place(home: nil), state: "open")
    }

    /// Whether the form that has come back is one that this reader may send.
    var hasForm: Bool {
        guard let back else { return true }
        switch back.kind {
        case .rename: return self.mayRename
        case .addHome: return self.mayAdd
        case .changeHome, .addUnit, .changeUnit:
            guard let home = self.record.homes.first(where: { $0.id == back.home }) else { return false }
            return self.principal.may(ChangeHome.self, self.principal.standing(to: home.id))
                && (back.kind != .changeUnit || home.units.contains { $0.id == back.unit })
        }
    }

    func model(key: () -> String) -> Model {
        [
            "back": ["href": "/staff", "text": "Staff"] as Model, "errors": (self.back?.summary).orFalse,
            "name": self.record.name,
            "rename": (self.mayRename ? self.renameForm(key()) : nil).orFalse,
            "homes": self.record.homes.map { self.home($0, key) },
            "add": (self.mayAdd ? self.addForm(key()) : nil).orFalse,
        ]
    }

    private func typed(
        _ kind: Kind, _ home: Identifier<Home>? = nil, _ unit: Identifier<Kernel.Unit>? = nil
    ) -> Back? {
        self.back.flatMap { $0.kind == kind && $0.home == home && $0.unit == unit ? $0 : nil }
    }

    private func renameForm(_ key: String) -> Model {
        let typed = self.typed(.rename), isStale = typed?.error == .stale, stored = self.record.name
        let value = typed?.form.text("name") ?? stored
        let field = FieldModel(
            "name", id: "name-organisation", "Name of the organisation", .line(type: "text", limit: 200), value: value,
            error: typed?.error.problem.error(at: "/name"), now: isStale && value != stored ? stored : nil,
            isRequired: true)
        return self.fold(
            "/homes/name", key, "Give it another name", "Save", typed, version: self.record.version, [field.model])
    }

    private func addForm(_ key: String) -> Model {
        let typed = self.typed(.addHome)
        return self.fold(
            "/homes", key, "Add a home", "Add", typed, version: nil,
            (typed.map { HomeForm($0.form) } ?? HomeForm()).models("-new", typed?.error.problem))
    }

    private func home(_ home: HomeEntry, _ key: () -> String) -> Model {
        let mayChange = self.principal.may(ChangeHome.self, self.principal.standing(to: home.id))
        let mayDivide = self.principal.may(ChangeUnits.self, self.principal.standing(to: home.id))
        let path = "/homes/\(home.id)"
        var forms: [Model] = []
        if mayChange {
            let typed = self.typed(.changeHome, home.id), isStale = typed?.error == .stale
            forms.append(
                self.fold(
                    "\(path)/edit", key(), "Change this home", "Save", typed, version: home.version,
                    (typed.map { HomeForm($0.form) } ?? HomeForm(home)).models(
                        "-\(home.id)", typed?.error.problem, now: isStale ? HomeForm(home) : nil)))
        }
        if mayDivide {
            let typed = self.typed(.addUnit, home.id)
            let form = typed.map { HomeForm($0.form) } ?? HomeForm()
            forms.append(
                self.fold(
                    "\(path)/units", key(), "Add a unit", "Add", typed, version: nil,
                    form.unitModels("-new-\(home.id)", typed?.error.problem)))
        }
        return [
            "id": home.id.description, "name": home.name, "tint": home.tint, "forms": forms,
            "units": home.units.map { unit -> Model in
                let typed = self.typed(.changeUnit, home.id, unit.id), isStale = typed?.error == .stale
                let form = self.fold(
                    "\(path)/units/\(unit.id)/edit", key(), "Change", "Save", typed, version: unit.version,
                    (typed.map { HomeForm($0.form) } ?? HomeForm(unit)).unitModels(
                        "-\(unit.id)", typed?.error.problem, now: isStale ? HomeForm(unit) : nil))
                return ["name": unit.name, "forms": mayDivide ? [form] : [Model]()]
            },
        ]
    }

    /// A form that is stale goes on from what is there now.
    private func fold(
        _ action: String, _ key: String, _ summary: String, _ submit: String, _ typed: Back?, version: Int?,
        _ fields: [Model]
    ) -> Model {
        let isStale = typed?.error == .stale
        let seen = isStale ? nil : typed.flatMap { Int($0.form.text("version")) }
        return [
            "action": action, "key": key, "summary": summary, "submit": submit, "isOpen": typed != nil,
            "version": version.map { "\(seen ?? $0)" }.orFalse, "isMain": true, "fields": fields,
        ]
    }
}
