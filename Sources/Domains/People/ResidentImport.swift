import Kernel
package import Web

/// A list of residents as a spreadsheet saves it.
package struct ResidentList: Described {
    package var csv: String

    package init(csv: String) { self.csv = csv }

    package static let schema = Schema.object([
        .required(
            "csv",
            .string(minLength: 1, maxLength: CSV.mostBytes).described(
                "Comma-separated values (RFC 4180), the names of the columns first"
            )
            .example("full_name,home,room,moved_in_on\r\nEdith Marlow,Rowan House,12,2026-02-02\r\n"))
    ])
}

/// What a list would bring, or has brought.
package struct ImportReport: Described, Equatable {
    /// Something that is wrong with one line.
    package struct Fault: Described, Equatable {
        package let line: Int
        package let column: String?
        package let detail: String

        package static let schema = Schema.object([
            .required("line", .integer), .optional("column", .string(maxLength: 40)),
            .required("detail", .string(maxLength: 300)),
        ])

        /// Such as `Line 3, room: Write their room`.
        var words: String { "Line \(self.line)\(self.column.map { ", \($0)" } ?? ""): \(self.detail)" }
    }

    /// How many residents the list names.
    package let rows: Int
    /// Everything that is wrong; nothing is brought in while there is anything.
    package let faults: [Fault]
    package let imported: Int

    package static let schema = Schema.object([
        .required("rows", .integer), .required("faults", .array(Fault.schema)), .required("imported", .integer),
    ])

    /// More is not told: it would only make the answer long.
    static let mostFaults = 200
}

/// Reads a list, as far as it can be read without asking who is here already.
struct ResidentListReader {
    enum Column: String, CaseIterable {
        case fullName = "full_name"
        case preferredName = "preferred_name"
        case dateOfBirth = "date_of_birth"
        case nhsNumber = "nhs_number"
        case home, unit, room
        case movedInOn = "moved_in_on"
        case status
        case diedOn = "died_on"
        case keyWorker = "key_worker"

        static let required: [Self] = [.fullName, .home, .room, .movedInOn]

        /// The column that a field of the details is read from.
        init?(pointer: String) {
            switch pointer {
            case "/home_id": self = .home
            case "/unit_id": self = .unit
            case "/key_worker_id": self = .keyWorker
            default: self.init(rawValue: String(pointer.dropFirst()))
            }
        }
    }

    struct Row {
        let line: Int
        let details: ResidentDetails
    }

    let visitor: Visitor
    let staff: [PersonSummary]
    private(set) var faults: [ImportReport.Fault] = []
    private(set) var rows: [Row] = []
    private(set) var count = 0

    init(visitor: Visitor, staff: [PersonSummary]) {
        self.visitor = visitor
        self.staff = staff
    }

    mutating func refuse(_ line: Int, _ column: Column?, _ detail: String) {
        guard self.faults.count < ImportReport.mostFaults else { return }
        self.faults.append(.init(line: line, column: column?.rawValue, detail: detail))
    }

    mutating func read(_ csv: String) {
        do {
            let records = try CSV.parse(csv)
            guard let head = records.first, let columns = self.columns(head) else {
                if records.isEmpty { self.refuse(1, nil, "There is nothing in it") }
                return
            }
            self.count = records.count - 1
            if self.count == 0 { self.refuse(head.line, nil, "There is nobody below the names of the columns") }
            for record in records.dropFirst() { self.read(record, columns) }
        } catch {
            self.refuse(error.line, nil, error.detail)
        }
    }

    private mutating func columns(_ head: CSV.Record) -> [Column]? {
        if head.fields.count == 1, head.fields[0].contains(where: { $0 == ";" || $0 == "\t" }) {
            self.refuse(head.line, nil, "The columns are not parted by commas: save it as comma-separated values")
            return nil
        }
        var columns: [Column] = []
        for name in head.fields {
            let plain = name.tidied.lowercased().replacing(" ", with: "_")
            guard let column = Column(rawValue: plain) else {
                self.refuse(head.line, nil, "There is no such column here: \(String(name.tidied.prefix(40)))")
                continue
            }
            if columns.contains(column) { self.refuse(head.line, column, "This column is there twice") }
            columns.append(column)
        }
        for column in Column.required where !columns.contains(column) {
            self.refuse(head.line, column, "This column is missing")
        }
        return self.faults.isEmpty ? columns : nil
    }

    private mutating func read(_ record: CSV.Record, _ columns: [Column]) {
        guard record.fields.count == columns.count else {
            self.refuse(
                record.line, nil, "This line has \(record.fields.count) values, and there are \(columns.count) columns")
            return
        }
        let values = Dictionary(zip(columns, record.fields.map(\.tidied))) { $1 }, before = self.faults.count
        func text(_ column: Column) -> String? { values[column].flatMap { $0.isEmpty ? nil : $0 } }
        let born = self.day(text(.dateOfBirth), record.line, .dateOfBirth)
        let movedIn = self.day(text(.movedInOn), record.line, .movedInOn)
        let died = self.day(text(.diedOn), record.line, .diedOn)
        if text(.movedInOn) == nil { self.refuse(record.line, .movedInOn, "Say when they moved in") }
        let home = self.visitor.homes.first { home in text(.home).map { home.name.isSame(as: $0) } ?? false }
        if home == nil { self.refuse(record.line, .home, "There is no home of this name") }
        let unit = text(.unit).flatMap { name in home?.units.first { $0.name.isSame(as: name) } }
        if home != nil, text(.unit) != nil, unit == nil {
            self.refuse(record.line, .unit, "There is no unit of this name in this home")
        }
        let status = text(.status).map { typed in
            Resident.Status.allCases.first { $0.rawValue.isSame(as: typed) || $0.words.isSame(as: typed) }
        }
        if case .some(nil) = status {
            let all = Resident.Status.allCases.map(\.rawValue).joined(separator: ", ")
            self.refuse(record.line, .status, "This is one of: \(all)")
        }
        let worker = self.worker(text(.keyWorker), record.line)
        guard self.faults.count == before, let home, let movedIn else { return }
        self.rows.append(
            Row(
                line: record.line,
                details: ResidentDetails(
                    fullName: values[.fullName] ?? "", preferredName: text(.preferredName), dateOfBirth: born,
                    homeId: home.id, unitId: unit?.id, room: values[.room] ?? "",
                    status: (status ?? .current) ?? .current, movedInOn: movedIn, diedOn: died, keyWorkerId: worker,
                    nhsNumber: text(.nhsNumber))))
    }

    private mutating func worker(_ name: String?, _ line: Int) -> Identifier<Person>? {
        guard let name else { return nil }
        let found = self.staff.filter { $0.name.isSame(as: name) }
        if found.isEmpty { self.refuse(line, .keyWorker, "Nobody of this name works here") }
        if found.count > 1 {
            self.refuse(line, .keyWorker, "Several people of this name work here: choose on the page")
        }
        return found.first?.id
    }

    /// A day, as computers or as people here write it.
    private mutating func day(_ typed: String?, _ line: Int, _ column: Column) -> LocalDate? {
        guard let typed else { return nil }
        let parts = typed.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 3, parts[0].count <= 2, parts[1].count <= 2 {
            func two(_ part: Substring) -> String { part.count == 1 ? "0\(part)" : String(part) }
            if let day = LocalDate("\(parts[2])-\(two(parts[1]))-\(two(parts[0]))") { return day }
        }
        if let day = LocalDate(typed) { return day }
        self.refuse(line, column, "Write the day as 2026-02-28 or 28/02/2026")
        return nil
    }
}

extension String {
    fileprivate func isSame(as other: String) -> Bool { self.tidied.lowercased() == other.lowercased() }
}
