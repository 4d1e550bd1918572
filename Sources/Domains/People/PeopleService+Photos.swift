import Audit
import FoundationEssentials
import Images
package import Kernel
import Postgres
package import Web

/// Photos of residents: put up with somebody's agreement, shown to those who see the page, and taken down for good.
extension PeopleService {
    /// What the form for a photo shows.
    package func preparePhoto(
        of resident: Identifier<Person>, for principal: Principal
    ) async throws -> (record: ResidentRecord, photo: ResidentPhoto?) {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                PreparePhoto.self, self.store.standing(of: principal, to: resident, in: tx))
            let record = try self.directory.resident(decision, in: tx)
            self.audit.record(decision, about: resident, in: tx)
            let photo = try self.store.photo(decision, in: tx)
            return (record, try photo.map { try self.named($0, in: tx) })
        }
    }

    /// The picture as a page shows it.
    ///
    /// No entry of its own: the page or list that led here is one, and nothing else gives its address.
    package func face(
        of resident: Identifier<Person>, version: Int, isSmall: Bool, for principal: Principal
    ) async throws -> [UInt8] {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                ReadPhoto.self, self.store.standing(of: principal, to: resident, in: tx))
            guard let picture = try self.store.picture(decision, version: version, isSmall: isSmall, in: tx) else {
                throw PeopleError.notFound
            }
            // In an emergency each byte of somebody is on record, though the page that led here is too.
            if decision.isEmergency { self.audit.record(decision, about: resident, in: tx) }
            return picture.bytes
        }
    }

    /// The picture, for a program that asks for it by itself; so it is recorded.
    package func photo(
        of resident: Identifier<Person>, for principal: Principal
    ) async throws -> (jpeg: [UInt8], version: Int) {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                ReadPhoto.self, self.store.standing(of: principal, to: resident, in: tx))
            guard let picture = try self.store.picture(decision, version: nil, isSmall: false, in: tx) else {
                throw PeopleError.notFound
            }
            self.audit.record(decision, about: resident, in: tx)
            return (picture.bytes, picture.version)
        }
    }

    /// Puts a photo up, in the place of the one that is there.
    ///
    /// - Parameters:
    ///   - file: What was sent: a JPEG or PNG, of which only the picture is kept.
    ///   - consent: Who agreed.
    ///   - resident: Of whom it is.
    ///   - version: That of the photo which was seen before, 0 for none; `nil` for a program that means to replace
    ///     whatever is there.
    ///   - principal: Who asks.
    ///   - once: The request's key.
    /// - Returns: What is known of the photo.
    /// - Throws: ``PeopleError/stale`` if there is another photo by now, ``PeopleError/photo(_:)`` if it is none.
    package func put(
        _ file: [UInt8], agreedBy consent: ResidentPhoto.Consent, of resident: Identifier<Person>,
        from version: Int? = nil, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<ResidentPhoto> {
        // Whoever may not is told so before anything is made of what they sent.
        try await self.database.transaction(as: principal) { tx in
            _ = try principal.decide(PutUpPhoto.self, self.store.standing(of: principal, to: resident, in: tx))
        }
        let portrait = try await self.portrait(of: file), now = self.source.now()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                PutUpPhoto.self, self.store.standing(of: principal, to: resident, holding: true, in: tx))
        } _: { tx, decision in
            let before = try self.store.photo(decision, in: tx)
            if let version, version != before?.version ?? 0 { throw PeopleError.stale }
            let photo = PeopleStore.PhotoRow(
                version: try self.store.countChange(decision, in: tx), agreedBy: consent, putUpBy: principal.person,
                putUpAt: now)
            try self.store.put(portrait, photo, decision, in: tx)
            let step = ResidentChange.Step(
                field: .photo, was: nil, became: "\(before == nil ? "put up" : "replaced"), \(consent.words)")
            try self.store.note(
                [step], making: photo.version, of: [resident], by: principal.person, at: now, in: tx)
            self.audit.record(decision, about: resident, in: tx)
            return try self.named(photo, in: tx)
        }
    }

    /// Takes the photo down: the picture is deleted, and that it was there is among the changes.
    package func takeDownPhoto(
        of resident: Identifier<Person>, from version: Int? = nil, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Nothing> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                TakeDownPhoto.self, self.store.standing(of: principal, to: resident, holding: true, in: tx))
        } _: { tx, decision in
            guard let before = try self.store.photo(decision, in: tx) else {
                if version != nil { throw PeopleError.stale }
                throw PeopleError.notFound
            }
            if let version, version != before.version { throw PeopleError.stale }
            try self.store.deletePhoto(decision, in: tx)
            let step = ResidentChange.Step(field: .photo, was: before.agreedBy.words, became: nil)
            try self.store.note(
                [step], making: self.store.countChange(decision, in: tx), of: [resident], by: principal.person,
                at: now, in: tx)
            self.audit.record(decision, about: resident, in: tx)
            return Nothing()
        }
    }

    private func portrait(of file: [UInt8]) async throws -> Portrait {
        do {
            return try await self.portraits.portrait(of: file)
        } catch let fault as PortraitFault {
            throw PeopleError.photo(fault)
        }
    }

    private func named(_ photo: PeopleStore.PhotoRow, in tx: borrowing Transaction) throws -> ResidentPhoto {
        let people = try self.store.summaries(of: [photo.putUpBy], in: tx)
        return ResidentPhoto(
            version: photo.version, agreedBy: photo.agreedBy, putUpBy: people[photo.putUpBy] ?? .nobody(photo.putUpBy),
            putUpAt: photo.putUpAt)
    }
}
