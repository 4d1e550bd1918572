import Audit
import Kernel
import People
import Web

/// What the audit's pages show of people, from the modules that know them.
extension AuditDirectory {
    init(_ people: PeopleDirectory) {
        self.init(
            names: { ids, tx in
                try people.summaries(of: ids, in: tx).mapValues {
                    AuditedPerson(id: $0.id, name: $0.name, title: $0.title)
                }
            },
            standing: { try people.standing(of: $0, to: $1, in: $2) })
    }
}

extension AuditChoices {
    init(for visitor: Visitor, from people: PeopleService) async throws {
        let principal = visitor.principal
        let staff =
            principal.may(ListStaff.self, principal.membership)
            ? try await people.staff(limit: 1_000, for: principal).items : []
        let residents =
            principal.may(ListResidents.self, principal.membership)
            ? try await people.residents(limit: 1_000, for: principal).items : []
        self.init(
            people: staff.map { ($0.id.description, "\($0.name), \($0.title)") },
            residents: visitor.homes.map { home in
                .init(
                    home.name,
                    residents.filter { $0.homeId == home.id }.map {
                        ($0.id.description, "\($0.fullName), Room \($0.room)")
                    })
            })
    }
}
