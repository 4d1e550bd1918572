import FoundationEssentials
import Kernel
import Postgres

/// Bringing in what was written down about residents before there was anybody here.
extension PeopleStore {
    func insert(_ needs: [NeedArchive], source: Source, in tx: borrowing Transaction) throws {
        for need in needs {
            let id = source.identifier(CommunicationNeed.self)
            try tx.execute(
                """
                INSERT INTO people.communication_need
                    (tenant_id, id, resident_id, kind, words, sharing, review_due_on, recorded_by, recorded_at)
                VALUES (app.tid(), \(id.uuid), \(need.resident.uuid), \(need.kind.rawValue), \(need.words),
                    \(need.sharing.rawValue), \(need.reviewDueOn), \(need.recordedBy.uuid), \(need.recordedAt))
                """)
            guard let review = need.review else { continue }
            try tx.execute(
                """
                INSERT INTO people.need_review (tenant_id, id, need_id, outcome, note, reviewed_by, reviewed_at)
                VALUES (app.tid(), \(source.identifier(NeedReview.self).uuid), \(id.uuid), \(review.outcome.rawValue),
                    \(review.note), \(review.by.uuid), \(review.at))
                """)
        }
    }

    func insert(_ contacts: [ContactArchive], source: Source, in tx: borrowing Transaction) throws {
        for contact in contacts {
            let id = source.identifier(Contact.self), details = contact.details
            try tx.execute(
                """
                INSERT INTO people.contact (tenant_id, id, resident_id, full_name, relationship, telephone, email,
                    is_emergency, authority, authority_scope, authority_verified_on, authority_verified_by, recorded_by,
                    recorded_at)
                VALUES (app.tid(), \(id.uuid), \(contact.resident.uuid), \(details.fullName),
                    \(details.relationship.rawValue), \(details.telephone), \(details.email), \(details.isEmergency),
                    \(details.authority.rawValue), \(details.authorityScope), \(details.authorityVerifiedOn),
                    \(contact.verifiedBy?.uuid), \(contact.recordedBy.uuid), \(contact.recordedAt))
                """)
            if let person = contact.person {
                try self.insert([person], in: tx)
                _ = try self.connect(person.id, as: id, of: contact.resident, in: tx)
            }
            guard let limit = contact.restriction else { continue }
            try tx.execute(
                """
                INSERT INTO people.contact_restriction
                    (tenant_id, id, contact_id, kind, reason, approved_by, approved_at, review_due_on)
                VALUES (app.tid(), \(source.identifier(ContactRestriction.self).uuid), \(id.uuid),
                    \(limit.kind.rawValue), \(limit.reason), \(limit.by.uuid), \(limit.at), \(limit.reviewDueOn))
                """)
        }
    }

    func insert(_ professionals: [ProfessionalArchive], source: Source, in tx: borrowing Transaction) throws {
        for one in professionals {
            try self.insert(one.details, id: one.id, in: tx)
            let begun = ProfessionalChange.Step(field: .added, was: nil, became: nil)
            try self.note([begun], making: 1, of: one.id, by: one.addedBy, at: one.addedAt, in: tx)
            let ids = one.residents.map { _ in source.identifier(ResidentProfessional.self).uuid }
            try tx.execute(
                """
                INSERT INTO people.resident_professional
                    (tenant_id, id, resident_id, professional_id, since, linked_by, linked_at)
                SELECT app.tid(), id, resident, \(one.id.uuid), \(one.since), \(one.addedBy.uuid), \(one.addedAt)
                FROM unnest(\(ids), \(one.residents.map(\.uuid))) AS new (id, resident)
                """)
        }
    }
}
