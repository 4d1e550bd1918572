import Audit
import Foundation
import Hummingbird
import Kernel
import Web

/// `/staff`: who works here, and in which roles.
struct StaffPages: Sendable {
    let accounts: AccountsService

    func register(on pages: inout PageRoutes) {
        pages.get(
            "staff", needs: ListStaffRoles.self,
            query: [
                QueryParameter("home", .identifier), QueryParameter("role", .oneOf(Role.self)),
                QueryParameter("account", .oneOf(StaffMember.State.self)), QueryParameter("q", .string(maxLength: 100)),
                QueryParameter("before", .cursor),
            ], self.list)
        StaffMemberPages(accounts: self.accounts).register(on: &pages)
        InvitationPages(accounts: self.accounts).register(on: &pages)
        SignInsPages(accounts: self.accounts).register(on: &pages)
        HomesPages(accounts: self.accounts).register(on: &pages)
    }

    @Sendable private func list(_ call: PageCall) async throws -> Response {
        let home = call.visitor.home(call.query("home").flatMap { Identifier($0) })
        if call.query("home") != nil, home == nil { throw AccountsError.notFound }
        var filter = StaffFilter()
        filter.home = home?.id
        filter.role = call.query("role").flatMap { Role(rawValue: $0) }
        filter.account = call.query("account").flatMap { .init(rawValue: $0) } ?? .open
        filter.search = call.query("q")
        let before = call.query("before"), address = Self.address(filter)
        let page = try await self.accounts.staff(
            filter, after: before.map { try Keyset($0, parts: 2) }, for: call.principal)
        let mine = call.visitor.homes.filter(\.isMine), isManager = call.principal.mayGiveRoles
        let words = RoleWords(visitor: call.visitor, now: call.now)
        let model: Model = [
            "heading": "Staff", "lead": home.map { "Who works at \($0.name)." } ?? "Who works where you do.",
            "invite": (isManager ? "/staff/invite" : nil).orFalse,
            "invitations": (isManager ? "/staff/invitations" : nil).orFalse,
            "audit": (call.principal.may(SearchAudit.self, call.principal.membership) ? "/audit" : nil).orFalse,
            "homes": (call.principal.mayArrange ? "/homes" : nil).orFalse,
            "filters": mine.count < 2
                ? [Model]()
                : [["text": "All homes", "href": "/staff", "isCurrent": home == nil] as Model]
                    + mine.map {
                        ["text": $0.name, "href": "/staff?home=\($0.id)", "isCurrent": $0.id == home?.id]
                    },
            "home": (home?.id.description).orFalse, "q": filter.search ?? "",
            "roles": Role.allCases.filter(Role.staff.contains).map { one -> Model in
                ["value": one.rawValue, "text": one.title, "isSelected": one == filter.role]
            },
            "accounts": isManager
                ? StaffMember.State.allCases.map { one -> Model in
                    ["value": one.rawValue, "text": one.words, "isSelected": one == filter.account]
                } : [Model](),
            "found": self.found(page, filter.search), "items": page.items.map { self.item($0, words) },
            "nothing": (page.items.isEmpty ? self.nothing(filter) : nil).orFalse,
            "first": (before == nil ? nil : address).orFalse,
            "next": page.next.map { "\(address)\(address.contains("?") ? "&" : "?")before=\($0)" }.orFalse,
        ]
        return try await call.page("accounts/staff", model, title: "Staff", nav: .staff, home: home)
    }

    private static func address(_ filter: StaffFilter) -> String {
        let unreserved = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        let search = filter.search?.addingPercentEncoding(withAllowedCharacters: unreserved)
        let parts = [
            filter.home.map { "home=\($0)" }, filter.role.map { "role=\($0.rawValue)" },
            filter.account == .open ? nil : "account=\(filter.account.rawValue)", search.map { "q=\($0)" },
        ].compactMap { $0 }
        return parts.isEmpty ? "/staff" : "/staff?\(parts.joined(separator: "&"))"
    }

    private func found(_ page: Page<StaffMember>, _ search: String?) -> String {
        let number = "\(page.items.count)\(page.next == nil ? "" : " and more")"
        let noun = page.items.count == 1 ? "person" : "people"
        return "\(number) \(noun)\(search == nil ? "" : " with that name"), by name"
    }

    private func nothing(_ filter: StaffFilter) -> Model {
        [
            "title": filter.search == nil ? "Nobody here" : "Nobody has that name",
            "text": filter.search == nil
                ? "Nobody whom you may see is so. You see those who work in your homes."
                : "Try a part of the first or the last name. You see those who work in your homes.",
            "action": ["href": "/staff", "text": "See everybody"] as Model,
        ]
    }

    private func item(_ member: StaffMember, _ words: RoleWords) -> Model {
        [
            "href": "/staff/\(member.id)", "name": member.name, "initials": words.initials(member.name),
            "title": member.title,
            "roles": member.roles.map { role -> Model in
                [
                    "text": role.title, "place": words.place(role.place), "period": words.period(role).orFalse,
                    "isOutside": role.role.isOutside,
                ]
            },
            "isClosed": member.account == .closed, "isHere": member.isHere == true,
        ]
    }
}

extension StaffMember.State {
    fileprivate var words: String { self == .open ? "Works here" : "Has left" }
}
