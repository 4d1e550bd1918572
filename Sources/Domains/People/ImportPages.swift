import FoundationEssentials
import Hummingbird
import Kernel
import Web

/// Bringing many residents in from a list: paste it, see what is wrong, and then say that it is meant.
extension PeoplePages {
    private static let fields: [FormField] = [.one("csv", maxLength: CSV.mostBytes)]

    func registerImport(on pages: inout PageRoutes) {
        pages.get("residents/import", needs: ImportResidents.self) { call in try await self.importPage(call, nil) }
        pages.post("residents/import/check", needs: CheckImport.self, fields: Self.fields) { call in
            // It changes nothing, so whoever goes back and mends the list may send the same form.
            let report = try await self.people.check(ResidentList(csv: call.form.text("csv")), by: call.visitor)
            return try await self.importPage(call, report.value)
        }
        pages.post("residents/import", needs: ImportResidents.self, fields: Self.fields) { call in
            let list = ResidentList(csv: call.form.text("csv"))
            do {
                _ = try await self.people.bringIn(list, by: call.visitor, once: call.once)
                return call.redirect("/residents")
            } catch {
                guard let error = error as? PeopleError, case .list(let faults) = error else { throw error }
                return try await self.importPage(call, ImportReport(rows: 0, faults: faults, imported: 0))
            }
        }
    }

    private func importPage(_ call: PageCall, _ report: ImportReport?) async throws -> Response {
        try self.people.prepareImport(for: call.principal)
        let isWrong = report.map { !$0.faults.isEmpty } ?? false
        let csv = call.form.text("csv")
        let homes = Words.list(call.visitor.homes.filter(\.isMine).map(\.name))
        let model: Model = [
            "errors":
                (isWrong
                ? [
                    "title": "Nobody was brought in: put this right first",
                    "items": (report?.faults ?? []).map { ["text": $0.words, "href": "#csv"] as Model },
                    "note": "Correct the list where it comes from, and paste all of it again.",
                ] as Model : nil).orFalse,
            "homes": homes, "csv": csv, "key": call.newKey(), "isWrong": isWrong,
            "columns": ResidentListReader.Column.allCases.map { column -> Model in
                [
                    "name": column.rawValue, "text": column.words,
                    "isRequired": ResidentListReader.Column.required.contains(column),
                ]
            },
            "ready":
                (report == nil || isWrong
                ? nil
                : [
                    "title": "Nothing is wrong with it",
                    "text":
                        "It names \(Words.count(report?.rows ?? 0, "resident", "residents")). Nobody is brought in yet.",
                    "key": call.newKey(),
                    "submit": "Bring in \(Words.count(report?.rows ?? 0, "resident", "residents"))",
                ] as Model).orFalse,
        ]
        return try await call.page(
            "people/import", model, title: "Bring in a list · Residents", nav: .residents,
            status: isWrong ? .unprocessableContent : .ok)
    }
}

extension ResidentListReader.Column {
    /// What stands in it.
    fileprivate var words: String {
        switch self {
        case .fullName: "First and last name"
        case .preferredName: "What they like to be called"
        case .dateOfBirth: "1938-05-09 or 09/05/1938"
        case .nhsNumber: "Ten digits, with or without spaces"
        case .home: "The home’s name, as it is here"
        case .unit: "The unit’s name, as it is here"
        case .room: "Such as 12"
        case .movedInOn: "2026-02-02 or 02/02/2026"
        case .status: Resident.Status.allCases.map(\.rawValue).joined(separator: ", ") + "; current if it is empty"
        case .diedOn: "Only with the status died"
        case .keyWorker: "Full name, as it is here"
        }
    }
}
