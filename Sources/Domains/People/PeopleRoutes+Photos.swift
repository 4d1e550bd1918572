import HTTPTypes
import Images
import Kernel
import Web

/// Photos of residents.
extension PeopleRoutes {
    func registerPhotos(on api: inout APIRoutes) {
        api.add(self.photo, in: "people")
        api.add(self.putUpPhoto, in: "people")
        api.add(self.takeDownPhoto, in: "people")
    }

    /// Who agreed says something of the resident, so it stands in no address.
    private static let consent = "WCC-Agreed-By"

    var photo: Endpoint<Nothing, RawContent> {
        Endpoint(
            .get, "residents/{resident}/photo", "See a resident’s photo", needs: ReadPhoto.self, gives: "image/jpeg",
            errors: [.notFound], details: "512 pixels square. There is none for a resident without `photo_version`."
        ) { call in
            let photo = try await self.people.photo(of: call.identifier("resident"), for: call.principal)
            return .init(RawContent("image/jpeg", photo.jpeg), version: photo.version)
        }
    }

    var putUpPhoto: Endpoint<RawContent, ResidentPhoto> {
        Endpoint(
            .put, "residents/{resident}/photo", "Put up or replace a resident’s photo", needs: PutUpPhoto.self,
            headers: [
                QueryParameter(
                    Self.consent, .oneOf(ResidentPhoto.Consent.self), isRequired: true,
                    "Who agreed: the resident, or somebody with authority for their welfare in their best interests")
            ],
            takes: ["image/jpeg", "image/png"], errors: [.notFound], isVersioned: true, maxBody: Portrait.mostBytes,
            details: "Only the picture is kept: upright, cut to its most striking square, 512 pixels, without where "
                + "and when it was taken. Send the ETag of the photo that you have seen as If-Match, or another that "
                + "was put up in the meantime is replaced; `\"0\"` means that you have seen none."
        ) { call in
            guard let consent = call.header(Self.consent).flatMap({ ResidentPhoto.Consent(rawValue: $0) }) else {
                throw PeopleError.invalid("/\(Self.consent)", "Say who agreed to it")
            }
            let kind = ImageKind(call.input.bytes)
            if let type = kind.mediaType, type != call.input.mediaType {
                throw PeopleError.invalid("/photo", "This is \(type), and not what its Content-Type says")
            }
            let photo = try await self.people.put(
                call.input.bytes, agreedBy: consent, of: call.identifier("resident"), from: call.version,
                by: call.principal, once: call.once)
            return .init(photo.value, isReplay: photo.isReplay, version: photo.value.version)
        }
    }

    var takeDownPhoto: Endpoint<Nothing, Nothing> {
        Endpoint(
            .delete, "residents/{resident}/photo", "Take down a resident’s photo", needs: TakeDownPhoto.self,
            status: .noContent, errors: [.notFound], isVersioned: true,
            details: "The picture is deleted. Who put it up and who took it down is kept."
        ) { call in
            let gone = try await self.people.takeDownPhoto(
                of: call.identifier("resident"), from: call.version, by: call.principal, once: call.once)
            return .init(gone.value, isReplay: gone.isReplay)
        }
    }
}
