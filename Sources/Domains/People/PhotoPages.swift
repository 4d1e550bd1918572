import FoundationEssentials
import Hummingbird
import Images
import Kernel
import Web

/// A resident's photo: the form for it, and the picture itself.
extension PeoplePages {
    /// Twice as much is read as is taken, so that a photo straight from a camera is refused at its field.
    private static let fields: [FormField] = [
        .file("photo", maxLength: 2 * Portrait.mostBytes), .one("agreed_by", maxLength: 40),
        .one("version", maxLength: 18),
    ]

    func registerPhotos(on pages: inout PageRoutes) {
        pages.get("residents/{resident}/photo", needs: PreparePhoto.self) { call in try await self.photoPage(call) }
        pages.post("residents/{resident}/photo", needs: PutUpPhoto.self, fields: Self.fields) { call in
            try await self.changePhoto(call, needs: PutUpPhoto.self) { resident, version in
                let (file, consent) = try Self.sent(call.form)
                _ = try await self.people.put(
                    file, agreedBy: consent, of: resident, from: version, by: call.principal, once: call.once)
            }
        }
        pages.post(
            "residents/{resident}/photo/removal", needs: TakeDownPhoto.self, fields: [.one("version", maxLength: 18)]
        ) { call in
            try await self.changePhoto(call, needs: TakeDownPhoto.self) { resident, version in
                _ = try await self.people.takeDownPhoto(
                    of: resident, from: version, by: call.principal, once: call.once)
            }
        }
        pages.get(
            "residents/{resident}/photo/{version}", needs: ReadPhoto.self,
            query: [QueryParameter("size", .oneOf(["small"]))], isWhole: false
        ) { call in
            .jpeg(
                try await self.people.face(
                    of: call.identifier("resident"), version: call.number("version"),
                    isSmall: call.query("size") == "small", for: call.principal))
        }
    }

    /// The way from the resident's page to the form, for those who can do something there.
    func photoLink(_ record: ResidentRecord, _ call: PageCall) -> Model? {
        let standing = record.standing(of: call.principal), isThere = record.resident.photoVersion != nil
        let mayPut = call.principal.may(PutUpPhoto.self, standing)
        guard mayPut || isThere && call.principal.may(TakeDownPhoto.self, standing) else { return nil }
        return [
            "href": "/residents/\(record.resident.id)/photo",
            "text": !isThere ? "Add a photo" : mayPut ? "Change the photo" : "Take down the photo",
        ]
    }

    /// Both are asked for at once: to choose the photo again for the sake of the other is a nuisance.
    private static func sent(_ form: Form) throws -> (file: [UInt8], consent: ResidentPhoto.Consent) {
        let file = form.file("photo"), consent = ResidentPhoto.Consent(rawValue: form.text("agreed_by"))
        guard let file, let consent else {
            var found: [Problem.Violation] = []
            if file == nil { found.append(.init("/photo", "Choose a photo")) }
            if consent == nil { found.append(.init("/agreed_by", "Say who agreed to it")) }
            throw PeopleError.invalid(found)
        }
        return (file, consent)
    }

    private func changePhoto<Act: Permission>(
        _ call: PageCall, needs: Act.Type,
        _ act: (_ resident: Identifier<Person>, _ version: Int) async throws -> Void
    ) async throws -> Response where Act.Object == Person {
        let resident: Identifier<Person> = try call.identifier("resident")
        do {
            guard let version = Int(call.form.text("version")) else { throw PeopleError.stale }
            try await act(resident, version)
            return call.redirect("/residents/\(resident)")
        } catch {
            guard let error = error as? PeopleError, error != .notFound else { throw error }
            return try await self.photoPage(call, error, of: needs)
        }
    }

    private func photoPage<Act: Permission>(
        _ call: PageCall, _ error: PeopleError? = nil, of act: Act.Type = PreparePhoto.self
    ) async throws -> Response where Act.Object == Person {
        let (record, photo) = try await self.people.preparePhoto(
            of: call.identifier("resident"), for: call.principal)
        let resident = record.resident, home = call.visitor.home(resident.homeId)
        // There is nothing to mend in what somebody may not send at all.
        guard error == nil || call.principal.may(act, record.standing(of: call.principal)) else {
            throw Problem.notAllowed
        }
        let mayPut = call.principal.may(PutUpPhoto.self, record.standing(of: call.principal))
        let isStale = error == .stale, time = call.visitor.time(at: call.now, in: resident.homeId)
        let model: Model = [
            "back": ["href": "/residents/\(resident.id)", "text": resident.fullName] as Model,
            "tint": (home?.tint).orFalse, "heading": "A photo of \(resident.preferredName)",
            "lead": "So that whoever is here for the first time knows whom they are with. "
                + "Those who may open \(resident.preferredName)’s page see it, and nobody else.",
            "errors": (isStale ? nil : error?.problem.summary(["/photo": "#photo", "/agreed_by": Self.firstConsent]))
                .orFalse,
            "changed":
                (isStale
                ? [
                    "title": "Somebody changed the photo while you were here",
                    "text": "Nothing was done. See below what is there now, and then decide.",
                ] as Model : nil).orFalse,
            "photo": photo.map { self.shown($0, resident, time, call) }.orFalse,
            "put": (mayPut ? self.form(photo, resident, error?.problem, call) : nil).orFalse,
            "closed":
                (mayPut ? nil : "No new photo is put up of somebody who does not live here any more.").orFalse,
        ]
        return try await call.page(
            "people/photo", model, title: "Photo · \(resident.fullName)", nav: .residents, home: home,
            status: error.map { .init(code: $0.problem.kind.status) } ?? .ok)
    }

    private static let firstConsent = "#agreed_by-\(ResidentPhoto.Consent.resident.rawValue)"

    private func shown(
        _ photo: ResidentPhoto, _ resident: Resident, _ time: LocalTime, _ call: PageCall
    ) -> Model {
        let address = ResidentPhoto.address(photo.version, of: resident.id, isSmall: false)
        return [
            "src": address, "alt": "Photo of \(resident.fullName)",
            "agreed": photo.agreedBy.sentence(resident.preferredName), "by": photo.putUpBy.name,
            "at": time.brief(photo.putUpAt), "action": "/residents/\(resident.id)/photo/removal",
            "key": call.newKey(), "version": "\(photo.version)",
        ]
    }

    private func form(
        _ photo: ResidentPhoto?, _ resident: Resident, _ problem: Problem?, _ call: PageCall
    ) -> Model {
        let typed = call.form.text("agreed_by")
        return [
            "title": photo == nil ? "Put up a photo" : "Put up another one in its place",
            "submit": photo == nil ? "Put it up" : "Replace it", "called": resident.preferredName,
            "action": "/residents/\(resident.id)/photo", "key": call.newKey(), "version": "\(photo?.version ?? 0)",
            "error": (problem?.error(at: "/photo")).orFalse,
            "consentError": (problem?.error(at: "/agreed_by")).orFalse,
            "consents": ResidentPhoto.Consent.allCases.map { consent -> Model in
                [
                    "value": consent.rawValue, "text": consent.sentence(resident.preferredName),
                    "isChecked": consent.rawValue == typed,
                ]
            },
        ]
    }
}

extension ResidentPhoto.Consent {
    /// As it is chosen in the form.
    fileprivate func sentence(_ name: String) -> String {
        switch self {
        case .resident: "\(name) agreed to it"
        case .bestInterests: "Somebody with authority for \(name)’s welfare agreed, in \(name)’s best interests"
        }
    }
}
