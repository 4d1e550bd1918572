import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel
import People
import Web

/// `/search`: messages by their words.
///
/// What is looked for may name anybody and anything, so it stands in no address: the form posts it, and is sent on to
/// an address in which it is sealed for this sign-in. So the way back and a reload work, and neither a browser's history
/// nor a log of addresses can be read.
extension MessagesPages {
    static let searchPath = "/search"
    private static let purpose = "search"

    func registerSearch(on pages: inout PageRoutes) {
        pages.get(
            "search", needs: SearchMessages.self,
            query: [
                QueryParameter("s", .string(minLength: 1, maxLength: 3_000)), QueryParameter("before", .cursor),
                QueryParameter("conversation", .identifier), QueryParameter("resident", .identifier),
            ], counted: .search, self.search)
        pages.post(
            "search", needs: SearchMessages.self,
            fields: [
                .one("text", maxLength: MessageSearch.maximumLength), "resident", "author", .one("from", maxLength: 20),
                .one("to", maxLength: 20), "unanswered", "conversation",
            ], counted: .search, self.seal)
        pages.get(
            "residents/{resident}/messages", needs: ReadAboutResident.self, query: [QueryParameter("before", .cursor)],
            self.saidAbout)
    }

    /// Seals what was typed, and sends the browser on to it.
    @Sendable func seal(_ call: PageCall) async throws -> Response {
        let form = call.form
        // Only what a person can type on one line; the rest would make the address long.
        let text = String(form.text("text").unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
        let typed = MessageSearch(
            text: text, conversation: form.optional("conversation").flatMap { Identifier($0) },
            resident: form.optional("resident").flatMap { Identifier($0) },
            author: form.optional("author").flatMap { Identifier($0) },
            from: form.optional("from").flatMap { LocalDate($0) }, to: form.optional("to").flatMap { LocalDate($0) },
            isUnanswered: form.bool("unanswered"))
        let isNoDay = ["from", "to"].filter { form.optional($0) != nil && LocalDate(form.text($0)) == nil }
        do {
            if !isNoDay.isEmpty {
                throw Problem(
                    .invalidRequest, "There is a problem",
                    violations: isNoDay.map { .init("/\($0)", "Write the day as 2026-11-30, or choose it") })
            }
            _ = try typed.validated()
        } catch let error as any ProblemConvertible {
            return try await self.searchPage(call, SearchModel.Asked(typed, problem: error.problem))
        }
        let sealed = try call.visitor.seal(
            String(decoding: JSONEncoder().encode(typed), as: UTF8.self), for: Self.purpose)
        return call.redirect("\(Self.searchPath)?s=\(sealed)")
    }

    @Sendable func search(_ call: PageCall) async throws -> Response {
        guard let sealed = call.query("s") else {
            let empty = MessageSearch(
                text: "", conversation: call.query("conversation").flatMap { Identifier($0) },
                resident: call.query("resident").flatMap { Identifier($0) })
            return try await self.searchPage(call, SearchModel.Asked(empty))
        }
        guard let text = call.visitor.open(sealed, for: Self.purpose),
            var search = try? JSONDecoder().decode(MessageSearch.self, from: Data(text.utf8))
        else {
            return try await self.searchPage(
                call,
                SearchModel.Asked(
                    MessageSearch(text: ""),
                    notice: "A search ends with the sign-in that began it. Write the words again."))
        }
        search.before = call.query("before")
        do {
            let found = try await self.messages.search(
                search, in: call.visitor.time(at: call.now), for: call.principal)
            return try await self.searchPage(
                call, SearchModel.Asked(search, found: found, address: "\(Self.searchPath)?s=\(sealed)"))
        } catch let error as MessagesError where error.problem.kind == .invalidRequest {
            return try await self.searchPage(call, SearchModel.Asked(search, problem: error.problem))
        }
    }

    private func searchPage(_ call: PageCall, _ asked: SearchModel.Asked) async throws -> Response {
        let principal = call.principal
        var conversation: ConversationDetail?
        if let id = asked.search.conversationId {
            conversation = try await self.messages.detail(of: id, for: principal)
        }
        let mayChooseResident = principal.may(ListResidents.self, principal.membership)
        let mayChooseAuthor = principal.may(ListStaff.self, principal.membership)
        let model = SearchModel(
            asked: asked, visitor: call.visitor, now: call.now, conversation: conversation,
            residents: mayChooseResident ? try await self.people.residents(limit: 1_000, for: principal).items : [],
            staff: mayChooseAuthor ? try await self.people.staff(limit: 1_000, for: principal).items : [])
        // The words are not in the title either: a browser's history keeps it.
        return try await call.page(
            "messages/search", model.model(key: call.newKey()), title: "Search", nav: .messages,
            status: asked.problem == nil ? .ok : .unprocessableContent)
    }

    @Sendable func saidAbout(_ call: PageCall) async throws -> Response {
        let id: Identifier<Person> = try call.identifier("resident")
        let before = call.query("before")
        let said = try await self.messages.said(
            about: id, after: before.map { try Keyset($0, parts: 2) }, for: call.principal)
        let resident = try await self.people.resident(id, for: call.principal).resident
        let home = call.visitor.home(resident.homeId)
        let rows = FoundRows(visitor: call.visitor, now: call.now)
        let address = "/residents/\(id)/messages", time = call.visitor.time(at: call.now, in: resident.homeId)
        let model: Model = [
            "back": ["href": "/residents/\(id)", "text": resident.fullName] as Model,
            "heading": "Everything said about \(resident.fullName)", "called": resident.preferredName,
            "search": "\(Self.searchPath)?resident=\(id)",
            "items": said.items.map(rows.whole),
            "newest": (before == nil ? nil : address).orFalse,
            "older": said.next.map { "\(address)?before=\($0)" }.orFalse,
            "opened": "You opened this page at \(time.time(call.now)). Each opening is recorded.",
        ]
        return try await call.page(
            "messages/about", model, title: "Everything said · \(resident.fullName)", nav: .residents, home: home)
    }
}
