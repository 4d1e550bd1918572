import FoundationEssentials
import Kernel
import Web

/// The form that one searches the audit with, and what it found.
struct AuditModel {
    let search: AuditSearch
    let typed: (String) -> String?
    /// Nothing if something in the form could not be understood.
    let findings: AuditFindings?
    let problem: Problem?
    /// Whose record it is about, on the page of one resident.
    let resident: Identifier<Person>?
    let isFirst: Bool
    let choices: AuditChoices
    let catalogue: ActCatalogue
    let visitor: Visitor
    let now: Date

    private static let names = ["from", "to", "person", "action", "kind", "resident", "object", "request"]

    private var path: String { self.resident.map { AuditPages.path($0) } ?? AuditPages.path }
    private var name: String? { self.resident.flatMap { self.findings?.people[$0]?.name } }
    private var time: LocalTime { self.visitor.time(at: self.now) }

    var title: String {
        guard self.resident != nil else { return "Audit" }
        return self.name.map { "Who has looked · \($0)" } ?? "Who has looked"
    }

    var model: Model {
        let addresses = Dictionary(uniqueKeysWithValues: Self.names.map { ("/\($0)", "#\($0)") })
        return [
            "back": self.resident.map { ["href": "/residents/\($0)", "text": self.name ?? "Resident"] as Model }
                .orFalse,
            "heading": self.resident == nil ? "Audit" : "Who has looked at this record",
            "lead": self.resident == nil
                ? "Who did what, and who looked. Your search is recorded, too."
                : "Everybody who has looked, and everything that was done. That you have looked is recorded, too.",
            "errors": self.problem.map { $0.summary(addresses) }.orFalse,
            "action": self.path, "fields": self.fields, "numbers": self.resident == nil ? self.numbers : [],
            "isNumbered": self.isNumbered,
            "clear": (self.search.query.isEmpty && self.problem == nil ? nil : self.path).orFalse,
            "found": self.findings.map(self.sentence).orFalse, "isWhole": self.resident == nil,
            "items": (self.findings?.page.items ?? []).map(self.row),
            "newest": (self.isFirst ? nil : self.address(self.search.query)).orFalse,
            "older": (self.findings?.page.next).map { self.address(self.search.query + [("before", $0)]) }.orFalse,
            "export": self.export.orFalse,
        ]
    }

    // MARK: The form

    private var fields: [Model] {
        let group = { (options: AuditChoices.Options) in [FieldModel.Group(nil, options)] }
        let kinds = ActKind.allCases.map { (value: $0.rawValue, text: $0.words) }
        var fields = [
            self.field("from", "From", .line(type: "date", limit: 10)),
            self.field("to", "To", .line(type: "date", limit: 10)),
            self.field("person", "Done by", self.menu("Anybody", group(self.choices.people), self.search.person)),
            self.field("kind", "What kind", .menu(nothing: "Anything", group(kinds))),
            self.field("action", "What was done", .menu(nothing: "Anything", self.actions)),
        ]
        if self.resident == nil {
            let menu = self.menu("Anyone", self.choices.residents, self.search.resident)
            fields.insert(self.field("resident", "About", menu), at: 3)
        }
        return fields.map(\.model)
    }

    private var numbers: [Model] {
        [
            self.field(
                "object", "Number of the thing", hint: "What it was done on, as its address has it.",
                .line(type: "text", limit: 40)),
            self.field(
                "request", "Number of the request", hint: "As an error page shows it.",
                .line(type: "text", limit: 40)),
        ].map(\.model)
    }

    private var isNumbered: Bool { self.typed("object") != nil || self.typed("request") != nil }

    private func field(_ name: String, _ label: String, hint: String? = nil, _ control: FieldModel.Control)
        -> FieldModel
    {
        FieldModel(
            name, label, hint: hint, control, value: self.typed(name) ?? "", error: self.problem?.error(at: "/\(name)"))
    }

    /// Whoever is asked about stands in the menu, though they may have left or be in no list of the reader's.
    private func menu(
        _ nothing: String, _ groups: [FieldModel.Group], _ chosen: Identifier<Person>?
    ) -> FieldModel.Control {
        guard let chosen, !groups.contains(where: { $0.options.contains { $0.value == chosen.description } }) else {
            return .menu(nothing: nothing, groups)
        }
        let name = self.findings?.people[chosen]?.name ?? "Somebody who is not on record"
        return .menu(nothing: nothing, [FieldModel.Group(nil, [(chosen.description, name)])] + groups)
    }

    private var actions: [FieldModel.Group] {
        func module(_ act: any Act.Type) -> String { String(act.name.prefix { $0 != "." }) }
        return Dictionary(grouping: self.catalogue.acts, by: module).sorted { $0.key < $1.key }.map { module, acts in
            FieldModel.Group(module.capitalised, acts.map { (value: $0.name, text: $0.summary) })
        }
    }

    // MARK: What was found

    private func sentence(_ findings: AuditFindings) -> String {
        let count = findings.page.items.count
        if count == 0 { return "Nothing found" }
        let entries = "\(count) \(count == 1 ? "entry" : "entries")"
        return findings.page.next == nil && self.isFirst ? entries : "\(entries) on this page"
    }

    private func address(_ query: [(name: String, value: String)], at path: String? = nil) -> String {
        // Every value is an identifier, a day or a word of ours.
        let text = query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        return text.isEmpty ? path ?? self.path : "\(path ?? self.path)?\(text)"
    }

    private var export: String? {
        guard self.resident == nil, self.findings?.page.items.isEmpty == false,
            self.visitor.principal.may(ExportAudit.self, self.visitor.principal.membership)
        else { return nil }
        return self.address(self.search.query, at: "\(AuditPages.path)/export")
    }

    private func row(_ act: RecordedAct) -> Model {
        let today = self.time.isSameDay(act.at, self.now)
        let at = today ? self.time.time(act.at) : "\(self.time.short(act.at)), \(self.time.time(act.at))"
        return [
            "at": self.time.model(act.at, text: at), "who": act.doer,
            "role": (act.by?.title.isEmpty == false ? act.by?.title : nil).orFalse,
            "kind": ActKind(rawValue: act.kind)?.words ?? act.kind, "what": act.words,
            "about": act.about.map { self.link($0.name, "resident", $0.id.description) }.orFalse,
            "facts": self.facts(act),
        ]
    }

    private func facts(_ act: RecordedAct) -> [Model] {
        let object = act.objectId.uuidString.lowercased()
        let facts: [(String, String?, String?)] = [
            ("Action", act.action, nil), ("Done on", object, "object"), ("Request", act.request, "request"),
            ("Sign-in", act.signInId?.description, nil), ("Allowed by", act.rule.isEmpty ? nil : act.rule, nil),
            ("Entry", act.id.description, nil),
        ]
        return facts.compactMap { term, text, filter in
            guard let text else { return nil }
            var fact = self.link(text, filter, text)
            fact["term"] = term
            return fact
        }
    }

    /// To everything else of the same, where the reader may search for it.
    private func link(_ text: String, _ filter: String?, _ value: String) -> Model {
        let href = self.resident == nil ? filter.map { self.address([($0, value)], at: AuditPages.path) } : nil
        return ["text": text, "href": href.orFalse]
    }
}
