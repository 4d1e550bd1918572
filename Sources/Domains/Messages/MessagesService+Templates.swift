import Audit
import FoundationEssentials
package import Kernel
import People
import Postgres
package import Web

/// Words to begin a message with.
extension MessagesService {
    package func templates(for principal: Principal) async throws -> [MessageTemplate] {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListTemplates.self, principal.membership)
            self.audit.record(decision, in: tx)
            return try self.templates(self.store.templates(decision, in: tx), in: tx)
        }
    }

    package func template(
        _ template: Identifier<MessageTemplate>, for principal: Principal
    ) async throws -> TemplateHistory {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ReadTemplate.self, self.store.template(template, in: tx)?.standing)
            self.audit.record(decision, in: tx)
            let versions = try self.templates(self.store.versions(decision, in: tx), in: tx)
            guard let newest = versions.first else { throw TemplatesError.notFound }
            return TemplateHistory(template: newest, versions: versions)
        }
    }

    package func create(
        _ draft: TemplateDraft, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<MessageTemplate> {
        let draft = try draft.validated(), id = self.source.identifier(MessageTemplate.self)
        return try await self.database.transaction(as: principal, once: once) { _ in
            try principal.decide(CreateTemplate.self, principal.membership)
        } _: { tx, decision in
            try self.store.insert(draft, id: id, at: self.source.now(), decision, in: tx)
            self.audit.record(
                CreateTemplate.self, on: id, by: principal.person, signIn: principal.signIn, reason: decision.rule,
                in: tx)
            return try self.newest(id, in: tx)
        }
    }

    /// Writes a new version; what was made from an earlier one goes on naming that.
    package func revise(
        _ template: Identifier<MessageTemplate>, _ draft: TemplateDraft, seen version: Int? = nil,
        by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<MessageTemplate> {
        let draft = try draft.validated()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ChangeTemplate.self, self.store.template(template, holding: true, in: tx)?.standing)
        } _: { tx, decision in
            let before = try self.newest(template, in: tx)
            if before.state == "retired" { throw TemplatesError.retired }
            if let version, version != before.version { throw TemplatesError.stale }
            if draft.title != before.title || draft.body != before.body {
                try self.store.revise(draft, as: before.version + 1, at: self.source.now(), decision, in: tx)
                self.audit.record(decision, in: tx)
            }
            return try self.newest(template, in: tx)
        }
    }

    /// Takes it out of use; what was made from it stays.
    package func retire(
        _ template: Identifier<MessageTemplate>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<MessageTemplate> {
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ChangeTemplate.self, self.store.template(template, holding: true, in: tx)?.standing)
        } _: { tx, decision in
            if try self.newest(template, in: tx).state == "retired" { throw TemplatesError.retired }
            try self.store.retire(decision, in: tx)
            self.audit.record(decision, in: tx)
            return try self.newest(template, in: tx)
        }
    }

    /// What of a template is filled in by itself in a conversation.
    package func prefilled(
        _ template: Identifier<MessageTemplate>, in conversation: Identifier<Conversation>, at time: LocalTime,
        for principal: Principal
    ) async throws -> (template: MessageTemplate, known: [String: String]) {
        try await self.database.transaction(as: principal) { tx in
            let (template, known, decision, resident) = try self.prefilled(
                template, conversation, time, principal, in: tx)
            self.audit.record(decision, about: resident, in: tx)
            return (template, known)
        }
    }

    /// What somebody who writes in a conversation may begin with.
    package func templates(
        in conversation: Identifier<Conversation>, for principal: Principal
    ) async throws -> [MessageTemplate] {
        try await self.database.transaction(as: principal) { tx in
            let facts = try self.store.facts(of: conversation, for: principal, in: tx)
            let decision = try principal.decide(FillTemplate.self, facts?.standing)
            self.audit.record(decision, about: facts?.conversation.residentId, in: tx)
            return try self.templates(self.store.templates(decision, in: tx), in: tx)
        }
    }

    /// Puts words in the place of the fields; nothing is sent.
    package func fill(
        _ template: Identifier<MessageTemplate>, in conversation: Identifier<Conversation>, at time: LocalTime,
        for principal: Principal, with filling: @Sendable (MessageTemplate) -> TemplateFilling
    ) async throws -> FilledTemplate {
        try await self.database.transaction(as: principal) { tx in
            let (template, known, decision, resident) = try self.prefilled(
                template, conversation, time, principal, in: tx)
            let text: TemplateText
            do {
                text = try TemplateText(template.body)
            } catch {
                throw Problem(.internalFailure, "A template was stored that is none")
            }
            let body = text.filled(try filling(template).values(for: text.fields, knowing: known))
            guard body.unicodeScalars.count <= 4_000 else {
                throw TemplatesError.invalid([
                    .init("/fields", "This makes a message of more than 4,000 characters. Write less in the fields")
                ])
            }
            self.audit.record(decision, about: resident, in: tx)
            return FilledTemplate(
                body: body, template: TemplateReference(template.id, version: template.version))
        }
    }

    // MARK: Parts

    private func prefilled(
        _ template: Identifier<MessageTemplate>, _ conversation: Identifier<Conversation>, _ time: LocalTime,
        _ principal: Principal, in tx: borrowing Transaction
    ) throws -> (MessageTemplate, [String: String], Decision<FillTemplate>, Identifier<Person>?) {
        let facts = try self.store.facts(of: conversation, for: principal, in: tx)
        let decision = try principal.decide(FillTemplate.self, facts?.standing)
        let template = try self.newest(template, in: tx)
        if template.state == "retired" { throw TemplatesError.retired }
        let now = self.source.now(), resident = facts?.conversation.residentId
        var known = [TemplateText.time: time.time(now), TemplateText.date: time.day(now)]
        if let resident {
            known[TemplateText.resident] = try self.people.summaries(of: [resident], in: tx)[resident]?.name
        }
        return (template, known.filter { template.fields.contains($0.key) }, decision, resident)
    }

    private func newest(
        _ template: Identifier<MessageTemplate>, in tx: borrowing Transaction
    ) throws -> MessageTemplate {
        guard let row = try self.store.template(template, in: tx),
            let whole = try self.templates([row], in: tx).first
        else { throw TemplatesError.notFound }
        return whole
    }

    private func templates(
        _ rows: [MessagesStore.TemplateRow], in tx: borrowing Transaction
    ) throws -> [MessageTemplate] {
        let known = try self.people.summaries(of: Set(rows.map(\.writtenBy)), in: tx)
        return rows.map { row in
            MessageTemplate(
                id: row.id, version: row.version, title: row.title, body: row.body,
                fields: (try? TemplateText(row.body))?.fields ?? [], state: row.state,
                writtenBy: known.summary(row.writtenBy), writtenAt: row.writtenAt)
        }
    }
}

extension TemplateFilling {
    /// A value for each field, or everything that is wrong; what is known may be said otherwise.
    func values(for fields: [String], knowing known: [String: String]) throws(TemplatesError) -> [String: String] {
        var values = known
        var found: [Problem.Violation] = []
        for (index, field) in self.fields.enumerated() {
            guard fields.contains(field.name) else {
                found.append(.init("/fields/\(index)/name", "The template has no such field"))
                continue
            }
            let value = String(field.value.unicodeScalars.filter { $0 != "\0" }).trimmed()
            if value.unicodeScalars.count > TemplateText.longestValue {
                found.append(
                    .init(
                        "/fields/\(index)/value", "“\(field.name)” has \(TemplateText.longestValue) characters at most")
                )
            }
            if !value.isEmpty { values[field.name] = value }
        }
        for name in fields where values[name] == nil {
            found.append(.init("/fields/\(name)", "Fill in “\(name)”"))
        }
        guard found.isEmpty else { throw .invalid(found) }
        return values
    }
}
