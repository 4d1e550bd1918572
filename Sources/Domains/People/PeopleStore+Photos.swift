import FoundationEssentials
import Images
import Kernel
import Postgres

/// Photos of residents.
extension PeopleStore {
    /// A photo as it is stored, by somebody who is still to be named.
    struct PhotoRow: Sendable {
        let version: Int
        let agreedBy: ResidentPhoto.Consent
        let putUpBy: Identifier<Person>
        let putUpAt: Date
    }

    /// What is known of it, without the picture.
    func photo<Act: Permission>(
        _ decision: Decision<Act>, in tx: borrowing Transaction
    ) throws -> PhotoRow? where Act.Object == Person {
        try tx.execute(
            """
            SELECT version, agreed_by, put_up_by, put_up_at FROM people.photo
            WHERE tenant_id = app.tid() AND resident_id = \(decision.object.uuid)
            """
        ).first.map { row in
            guard let consent = ResidentPhoto.Consent(rawValue: try row.read("agreed_by")) else {
                throw PostgresError(.decoding, message: "who agreed to a photo")
            }
            return PhotoRow(
                version: try row.read("version"), agreedBy: consent, putUpBy: Identifier(try row.read("put_up_by")),
                putUpAt: try row.read("put_up_at"))
        }
    }

    /// The picture of that version, or of whatever version there is.
    func picture(
        _ decision: Decision<ReadPhoto>, version: Int?, isSmall: Bool, in tx: borrowing Transaction
    ) throws -> (bytes: [UInt8], version: Int)? {
        let size: SQL = isSmall ? "small" : "large"
        let isThat: SQL = version.map { "AND version = \($0)" } ?? ""
        return try tx.execute(
            """
            SELECT version, \(fragment: size) AS picture FROM people.photo
            WHERE tenant_id = app.tid() AND resident_id = \(decision.object.uuid) \(fragment: isThat)
            """
        ).first.map { (try $0.read("picture", as: Blob.self).bytes, try $0.read("version")) }
    }

    func put(
        _ portrait: Portrait, _ photo: PhotoRow, _ decision: Decision<PutUpPhoto>, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO people.photo
                (tenant_id, resident_id, version, large, small, agreed_by, put_up_by, put_up_at)
            VALUES (app.tid(), \(decision.object.uuid), \(photo.version), \(Blob(portrait.large)),
                \(Blob(portrait.small)), \(photo.agreedBy.rawValue), \(photo.putUpBy.uuid), \(photo.putUpAt))
            ON CONFLICT (tenant_id, resident_id) DO UPDATE SET version = excluded.version, large = excluded.large,
                small = excluded.small, agreed_by = excluded.agreed_by, put_up_by = excluded.put_up_by,
                put_up_at = excluded.put_up_at
            """)
    }

    func deletePhoto(_ decision: Decision<TakeDownPhoto>, in tx: borrowing Transaction) throws {
        try tx.execute(
            "DELETE FROM people.photo WHERE tenant_id = app.tid() AND resident_id = \(decision.object.uuid)")
    }

    /// Counts a change that is not among the details; the resident is held already.
    func countChange<Act: Permission>(
        _ decision: Decision<Act>, in tx: borrowing Transaction
    ) throws -> Int where Act.Object == Person {
        let row = try tx.execute(
            """
            UPDATE people.resident SET version = version + 1
            WHERE tenant_id = app.tid() AND person_id = \(decision.object.uuid) RETURNING version
            """
        ).first
        guard let row else { throw PeopleError.notFound }
        return try row.read("version")
    }
}
