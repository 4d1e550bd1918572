import Kernel
import Web

/// A resident's professionals from outside, on the resident's page.
extension PeoplePages {
    func registerResidentProfessionals(on pages: inout PageRoutes) {
        pages.post(
            "residents/{resident}/professionals", needs: LinkProfessional.self,
            fields: [.one("professional", maxLength: 36), .one("since", maxLength: 10)]
        ) { call in
            let resident: Identifier<Person> = try call.identifier("resident")
            return try await self.afterwards(call, resident, needs: LinkProfessional.self) {
                guard let id = Identifier<Professional>(call.form.text("professional")) else {
                    throw PeopleError.invalid("/professional_id", "Choose who it is")
                }
                let link = NewLink(id, since: try call.form.day("since"))
                _ = try await self.people.link(link, to: resident, by: call.principal, once: call.once)
            }
        }
        pages.post("residents/{resident}/professionals/{link}/end", needs: LinkProfessional.self, fields: []) { call in
            let resident: Identifier<Person> = try call.identifier("resident")
            return try await self.afterwards(call, resident, needs: LinkProfessional.self) {
                _ = try await self.people.unlink(
                    call.identifier("link"), LinkEnd(), of: resident, by: call.principal, once: call.once)
            }
        }
    }

    /// `nil` for those whose business it is not.
    func professionals(_ record: ResidentRecord, _ call: PageCall) async throws -> Model? {
        let standing = record.standing(of: call.principal), resident = record.resident
        guard call.principal.may(ReadResidentProfessionals.self, standing) else { return nil }
        let links = try await self.people.professionals(of: resident.id, for: call.principal).items
        let mayLink = call.principal.may(LinkProfessional.self, standing)
        let path = "/residents/\(resident.id)/professionals"
        return [
            "items": links.map { link -> Model in
                let details = link.professional.details
                return [
                    "href": "/professionals/\(link.professional.id)", "name": details.fullName,
                    "initials": PersonName.initials(details.fullName),
                    "role": [details.role.title, details.worksFor].compactMap { $0 }.joined(separator: ", "),
                    "telephone": details.telephone.orFalse, "since": "Since \(link.since.words)",
                    "end": (mayLink ? ["action": "\(path)/\(link.id)/end", "key": call.newKey()] as Model : nil)
                        .orFalse,
                ]
            },
            "add": try await self.addProfessional(links, path, mayLink, call).orFalse,
        ]
    }

    private func addProfessional(
        _ links: [ResidentProfessional], _ path: String, _ mayLink: Bool, _ call: PageCall
    ) async throws -> Model? {
        guard mayLink else { return nil }
        let taken = Set(links.map(\.professional.id))
        let all = try await self.people.professionals(limit: 500, for: call.principal).items
        return [
            "action": path, "key": call.newKey(),
            "options": all.filter { !taken.contains($0.id) }.map { one -> Model in
                let details = one.details
                let text = [details.fullName, details.role.title, details.worksFor].compactMap { $0 }
                return ["value": one.id.description, "text": text.joined(separator: ", ")]
            },
        ]
    }
}
