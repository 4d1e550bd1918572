import FoundationEssentials
import Hummingbird
import Kernel
import Web

/// Adding a resident and changing their details, in one form.
extension PeoplePages {
    func registerForms(on pages: inout PageRoutes) {
        pages.get(
            "residents/new", needs: AdmitResident.self, query: [QueryParameter("home", .identifier)]
        ) { call in
            let home = call.visitor.home(call.query("home").flatMap { Identifier($0) })
            let mine = call.visitor.homes.filter(\.isMine)
            let chosen = home ?? (mine.count == 1 ? mine.first : nil)
            let today = call.visitor.time(at: call.now, in: chosen?.id).today
            return try await self.admissionPage(call, ResidentForm(home: chosen?.id, today: today))
        }
        pages.post("residents/new", needs: AdmitResident.self, fields: ResidentForm.fields, self.admit)
        pages.get("residents/{resident}/edit", needs: PrepareResidentChange.self) { call in
            let (record, staff) = try await self.people.prepareChange(
                of: call.identifier("resident"), for: call.principal)
            return try await self.editPage(call, record, ResidentForm(record), staff)
        }
        pages.post(
            "residents/{resident}/edit", needs: ChangeResident.self,
            fields: ResidentForm.fields + [.one("version", maxLength: 20)], self.change)
    }

    // MARK: A new resident

    @Sendable func admit(_ call: PageCall) async throws -> Response {
        let form = ResidentForm(call.form)
        do {
            let admitted = try await self.people.admit(form.details(), by: call.visitor, once: call.once)
            return call.redirect("/residents/\(admitted.value.resident.id)")
        } catch let error as PeopleError where error.problem.kind == .invalidRequest {
            return try await self.admissionPage(call, form, error.problem)
        }
    }

    private func admissionPage(
        _ call: PageCall, _ form: ResidentForm, _ problem: Problem? = nil
    ) async throws -> Response {
        let staff = try await self.people.prepareAdmission(for: call.principal)
        let model: Model = [
            "back": ["href": "/residents", "text": "Residents"] as Model, "tint": false, "heading": "Add a resident",
            "lead": "Write down what you know. Everything can be changed later.",
            "errors": problem.map(form.summary).orFalse, "changed": false, "action": "/residents/new",
            "key": call.newKey(), "version": false,
            "fields": form.models(.init(visitor: call.visitor, staff: staff, problem: problem)), "submit": "Add",
        ]
        return try await call.page(
            "people/edit", model, title: "Add a resident · Residents", nav: .residents,
            status: problem == nil ? .ok : .unprocessableContent)
    }

    // MARK: Changes

    @Sendable func change(_ call: PageCall) async throws -> Response {
        let resident: Identifier<Person> = try call.identifier("resident"), form = ResidentForm(call.form)
        do {
            guard let version = Int(call.form.text("version")) else { throw PeopleError.stale }
            _ = try await self.people.change(
                resident, to: form.details(), from: version, by: call.visitor, once: call.once)
            return call.redirect("/residents/\(resident)")
        } catch {
            guard let error = error as? PeopleError, error == .stale || error.problem.kind == .invalidRequest else {
                throw error
            }
            let (record, staff) = try await self.people.prepareChange(of: resident, for: call.principal)
            return try await self.editPage(call, record, form, staff, error)
        }
    }

    private func editPage(
        _ call: PageCall, _ record: ResidentRecord, _ form: ResidentForm, _ staff: [PersonSummary],
        _ error: PeopleError? = nil
    ) async throws -> Response {
        let resident = record.resident, home = call.visitor.home(resident.homeId)
        let isStale = error == .stale
        // What was read before what was typed; a form that comes back for another reason is still about that.
        let typed = isStale ? nil : Int(call.form.text("version"))
        let around = ResidentForm.Surroundings(
            visitor: call.visitor, staff: staff, problem: error?.problem, now: isStale ? ResidentForm(record) : nil)
        let model: Model = [
            "back": ["href": "/residents/\(resident.id)", "text": resident.fullName] as Model,
            "tint": (home?.tint).orFalse, "heading": "Change \(resident.preferredName)’s details",
            "lead": "Who changed what, and when, is kept.",
            "errors": (isStale ? nil : error.map { form.summary($0.problem) }).orFalse,
            "changed":
                (isStale
                ? [
                    "title": "Somebody changed this while you were writing",
                    "text":
                        "Nothing of yours is lost, and nothing is saved yet. What is there now stands beside what you "
                        + "wrote, where the two differ. Put right what should be different, and save again.",
                ] as Model : nil).orFalse,
            "action": "/residents/\(resident.id)/edit", "key": call.newKey(), "version": "\(typed ?? record.version)",
            "fields": form.models(around), "submit": "Save",
        ]
        return try await call.page(
            "people/edit", model, title: "Change details · \(resident.fullName)", nav: .residents, home: home,
            status: error == nil ? .ok : isStale ? .preconditionFailed : .unprocessableContent)
    }
}
