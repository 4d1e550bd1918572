import Hummingbird
import Kernel
import Web

/// `/kept`: what somebody had written when their sign-in was over, to look at and to send.
struct KeptPages: Sendable {
    let accounts: AccountsService

    func register(on pages: inout PageRoutes) {
        pages.get("kept/{form}", needs: ReadKeptForm.self) { call in
            let form: Identifier<KeptForm> = try call.identifier("form")
            let kept = try await self.accounts.keptForm(form, for: call.principal)
            let texts = kept.fields.enumerated().filter { Self.isText($0.element.value) }
            let model: Model = [
                "action": kept.action, "key": kept.key,
                "texts": texts.map { index, field -> Model in
                    [
                        "id": "kept-\(index)", "name": field.name, "value": field.value,
                        "label": texts.count == 1 ? "What you wrote" : Self.label(field.name),
                    ]
                },
                "fields": kept.fields.filter { !Self.isText($0.value) }.map {
                    ["name": $0.name, "value": $0.value] as Model
                },
                "drop": ["action": "/kept/\(form)/drop", "key": call.newKey()] as Model,
            ]
            return try await call.page("accounts/kept", model, title: "What you had written")
        }
        pages.post("kept/{form}/drop", needs: DropKeptForm.self, fields: []) { call in
            try await self.accounts.dropKeptForm(call.identifier("form"), by: call.principal, once: call.once)
            return call.redirect(AccountsPages.start)
        }
    }

    /// What somebody wrote, rather than what a form says by itself: there is a space in it, or it is long.
    private static func isText(_ value: String) -> Bool {
        value.contains { $0 == " " || $0 == "\n" }
    }

    private static func label(_ name: String) -> String {
        let words = name.replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
