import FoundationEssentials
import Kernel
import Postgres

/// The people in residents' lives, and what was restricted.
extension PeopleStore {
    /// Those that count now: who is rung first, then by name.
    func contacts<Act: Permission>(
        _ decision: Decision<Act>, in tx: borrowing Transaction
    ) throws -> [Contact] where Act.Object == Person {
        let restrictions = try self.restrictions(decision, in: tx)
        let rows = try tx.execute(
            """
            SELECT id, full_name, relationship, telephone, email, is_emergency, authority, authority_scope,
                authority_verified_on, authority_verified_by, version, is_connected
            FROM people.contact
            WHERE tenant_id = app.tid() AND resident_id = \(decision.object.uuid) AND ended_at IS NULL
            ORDER BY is_emergency DESC, full_name, id
            """)
        let verifiers = try rows.compactMap { try $0.readIfPresent("authority_verified_by", as: UUID.self) }
        let people = try self.summaries(
            of: Set(verifiers.map { Identifier($0) } + restrictions.map(\.approver)), in: tx)
        return try rows.map { row in
            let id: Identifier<Contact> = try row.read("id")
            return Contact(
                id: id, residentId: decision.object, fullName: try row.read("full_name"),
                // A word of a newer release is shown as what is safest to think.
                relationship: Contact.Relationship(rawValue: try row.read("relationship")) ?? .other,
                telephone: try row.readIfPresent("telephone"), email: try row.readIfPresent("email"),
                isEmergency: try row.read("is_emergency"),
                authority: Contact.Authority(rawValue: try row.read("authority")) ?? .nothing,
                authorityScope: try row.readIfPresent("authority_scope"),
                authorityVerifiedOn: try row.readIfPresent("authority_verified_on"),
                authorityVerifiedBy: try row.readIfPresent("authority_verified_by", as: UUID.self).flatMap {
                    people[Identifier($0)]
                },
                restrictions: restrictions.filter { $0.contact == id }.map { one in
                    ContactRestriction(
                        id: one.id, kind: one.kind, reason: one.reason,
                        approvedBy: people[one.approver] ?? .nobody(one.approver), approvedAt: one.at,
                        reviewDueOn: one.review)
                }, version: try row.read("version"), isConnected: try row.read("is_connected"))
        }
    }

    private struct RestrictionRow {
        let id: Identifier<ContactRestriction>
        let contact: Identifier<Contact>
        let kind: ContactRestriction.Kind
        let reason: String
        let approver: Identifier<Person>
        let at: Date
        let review: LocalDate
    }

    private func restrictions<Act: Permission>(
        _ decision: Decision<Act>, in tx: borrowing Transaction
    ) throws -> [RestrictionRow] where Act.Object == Person {
        try tx.execute(
            """
            SELECT limits.id, limits.contact_id, limits.kind, limits.reason, limits.approved_by, limits.approved_at,
                limits.review_due_on
            FROM people.contact_restriction AS limits
            JOIN people.contact ON contact.tenant_id = app.tid() AND contact.id = limits.contact_id
            WHERE limits.tenant_id = app.tid() AND contact.resident_id = \(decision.object.uuid)
                AND limits.ended_at IS NULL
            ORDER BY limits.approved_at, limits.id
            """
        ).map { row in
            RestrictionRow(
                id: try row.read("id"), contact: try row.read("contact_id"),
                // One that this release does not know forbids all, until somebody looks.
                kind: ContactRestriction.Kind(rawValue: try row.read("kind")) ?? .noContact,
                reason: try row.read("reason"), approver: try row.read("approved_by"),
                at: try row.read("approved_at"), review: try row.read("review_due_on"))
        }
    }

    func insert(
        _ contact: ContactDetails, id: Identifier<Contact>, _ decision: Decision<ChangeContacts>, at now: Date,
        in tx: borrowing Transaction
    ) throws {
        let verifier = contact.authorityVerifiedOn == nil ? nil : decision.person.uuid
        try tx.execute(
            """
            INSERT INTO people.contact (tenant_id, id, resident_id, full_name, relationship, telephone, email,
                is_emergency, authority, authority_scope, authority_verified_on, authority_verified_by, recorded_by,
                recorded_at)
            VALUES (app.tid(), \(id.uuid), \(decision.object.uuid), \(contact.fullName),
                \(contact.relationship.rawValue), \(contact.telephone), \(contact.email), \(contact.isEmergency),
                \(contact.authority.rawValue), \(contact.authorityScope), \(contact.authorityVerifiedOn), \(verifier),
                \(decision.person.uuid), \(now))
            """)
    }

    /// Writes it anew, if it is still the version that was read; whoever changes when the papers were seen has seen
    /// them.
    func update(
        _ id: Identifier<Contact>, to contact: ContactDetails, verifiedBy: Identifier<Person>?,
        _ decision: Decision<ChangeContacts>, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE people.contact SET full_name = \(contact.fullName), relationship = \(contact.relationship.rawValue),
                telephone = \(contact.telephone), email = \(contact.email), is_emergency = \(contact.isEmergency),
                authority = \(contact.authority.rawValue), authority_scope = \(contact.authorityScope),
                authority_verified_on = \(contact.authorityVerifiedOn), authority_verified_by = \(verifiedBy?.uuid),
                version = version + 1
            WHERE tenant_id = app.tid() AND id = \(id.uuid) AND resident_id = \(decision.object.uuid)
                AND ended_at IS NULL
            """)
    }

    func end(
        _ id: Identifier<Contact>, because reason: String, _ decision: Decision<ChangeContacts>, at now: Date,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE people.contact SET ended_at = \(now), ended_by = \(decision.person.uuid), end_reason = \(reason),
                is_connected = false
            WHERE tenant_id = app.tid() AND id = \(id.uuid) AND resident_id = \(decision.object.uuid)
                AND ended_at IS NULL
            """)
    }

    func insert(
        _ kind: ContactRestriction.Kind, id: Identifier<ContactRestriction>, on contact: Identifier<Contact>,
        because reason: String, review: LocalDate, _ decision: Decision<RestrictContact>, at now: Date,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO people.contact_restriction
                (tenant_id, id, contact_id, kind, reason, approved_by, approved_at, review_due_on)
            SELECT app.tid(), \(id.uuid), contact.id, \(kind.rawValue), \(reason), \(decision.person.uuid), \(now),
                \(review)
            FROM people.contact WHERE contact.tenant_id = app.tid() AND contact.id = \(contact.uuid)
                AND contact.resident_id = \(decision.object.uuid) AND contact.ended_at IS NULL
            """)
    }

    func end(
        _ id: Identifier<ContactRestriction>, because reason: String, _ decision: Decision<RestrictContact>,
        at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE people.contact_restriction AS limits
            SET ended_at = \(now), ended_by = \(decision.person.uuid), end_reason = \(reason)
            FROM people.contact
            WHERE limits.tenant_id = app.tid() AND limits.id = \(id.uuid) AND limits.ended_at IS NULL
                AND contact.tenant_id = app.tid() AND contact.id = limits.contact_id
                AND contact.resident_id = \(decision.object.uuid)
            """)
    }
}
