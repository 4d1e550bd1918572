import FoundationEssentials
import Kernel
import Postgres

/// Templates and their versions.
extension MessagesStore {
    struct TemplateRow: Sendable {
        let id: Identifier<MessageTemplate>
        let version: Int
        let title: String
        let body: String
        let state: String
        let writtenBy: Identifier<Person>
        let writtenAt: Date

        /// Everybody in the organisation belongs to its templates.
        var standing: Standing<MessageTemplate> {
            Standing(self.id, [.member], at: Place(home: nil), state: self.state)
        }
    }

    private static let templateColumns: SQL = """
        template.id, template_version.version, title, body, state, written_by, written_at
        """

    func templates<Act: Permission>(_: Decision<Act>, in tx: borrowing Transaction) throws -> [TemplateRow] {
        try tx.execute(
            """
            SELECT \(fragment: Self.templateColumns) FROM messages.template
            JOIN messages.template_version ON template_version.tenant_id = app.tid()
                AND template_version.template_id = template.id AND template_version.version = template.version
            WHERE template.tenant_id = app.tid() AND state = 'current' ORDER BY title, template.id LIMIT 200
            """
        ).map(self.template)
    }

    /// The newest version; with `holding`, it stays so until the commit.
    func template(
        _ id: Identifier<MessageTemplate>, holding: Bool = false, in tx: borrowing Transaction
    ) throws -> TemplateRow? {
        if holding {
            // On its own: whoever has waited sees a version that was written meanwhile only in a statement after it.
            try tx.execute(
                "SELECT FROM messages.template WHERE tenant_id = app.tid() AND id = \(id.uuid) FOR UPDATE")
        }
        return try tx.execute(
            """
            SELECT \(fragment: Self.templateColumns) FROM messages.template
            JOIN messages.template_version ON template_version.tenant_id = app.tid()
                AND template_version.template_id = template.id AND template_version.version = template.version
            WHERE template.tenant_id = app.tid() AND template.id = \(id.uuid)
            """
        ).first.map(self.template)
    }

    func versions(_ decision: Decision<ReadTemplate>, in tx: borrowing Transaction) throws -> [TemplateRow] {
        try tx.execute(
            """
            SELECT \(fragment: Self.templateColumns) FROM messages.template_version
            JOIN messages.template ON template.tenant_id = app.tid() AND template.id = template_version.template_id
            WHERE template_version.tenant_id = app.tid() AND template_id = \(decision.object.uuid)
            ORDER BY template_version.version DESC LIMIT 50
            """
        ).map(self.template)
    }

    func insert(
        _ draft: TemplateDraft, id: Identifier<MessageTemplate>, at now: Date, _ decision: Decision<CreateTemplate>,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            "INSERT INTO messages.template (tenant_id, id, created_at) VALUES (app.tid(), \(id.uuid), \(now))")
        try self.insert(draft, of: id, version: 1, by: decision.person, at: now, in: tx)
    }

    func revise(
        _ draft: TemplateDraft, as version: Int, at now: Date, _ decision: Decision<ChangeTemplate>,
        in tx: borrowing Transaction
    ) throws {
        try self.insert(draft, of: decision.object, version: version, by: decision.person, at: now, in: tx)
        try tx.execute(
            """
            UPDATE messages.template SET version = \(version)
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)
            """)
    }

    func retire(_ decision: Decision<ChangeTemplate>, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE messages.template SET state = 'retired'
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)
            """)
    }

    /// Notes what a message was made from; `false` if there is no such version.
    func note(
        _ template: TemplateReference, of message: Identifier<Message>, in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO messages.message_template (tenant_id, message_id, template_id, version)
            SELECT app.tid(), \(message.uuid), template_id, version FROM messages.template_version
            WHERE tenant_id = app.tid() AND template_id = \(template.id.uuid) AND version = \(template.version)
            """
        ).affected == 1
    }

    private func insert(
        _ draft: TemplateDraft, of id: Identifier<MessageTemplate>, version: Int, by person: Identifier<Person>,
        at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO messages.template_version
                (tenant_id, template_id, version, title, body, written_by, written_at)
            VALUES (app.tid(), \(id.uuid), \(version), \(draft.title), \(draft.body), \(person.uuid), \(now))
            """)
    }

    private func template(_ row: PostgresRow) throws -> TemplateRow {
        TemplateRow(
            id: Identifier(try row.read("id")), version: try row.read("version"), title: try row.read("title"),
            body: try row.read("body"), state: try row.read("state"),
            writtenBy: Identifier(try row.read("written_by")), writtenAt: try row.read("written_at"))
    }
}
