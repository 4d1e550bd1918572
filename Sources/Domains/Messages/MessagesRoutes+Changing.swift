import HTTPTypes
import Kernel
import Web

/// What becomes of a message after it was sent.
extension MessagesRoutes {
    func registerChanging(on api: inout APIRoutes) {
        api.add(self.edit, in: "messages")
        api.add(self.retract, in: "messages")
        api.add(self.removeMessage, in: "messages")
        api.add(self.versions, in: "messages")
        api.add(self.react, in: "messages")
        api.add(self.tag, in: "messages")
        api.add(self.tagged, in: "messages")
    }

    var edit: Endpoint<Rewording, Message> {
        Endpoint(
            .put, "conversations/{conversation}/messages/{message}", "Say your message in other words",
            needs: EditMessage.self, errors: [.notFound, .conflict], isVersioned: true,
            details: """
                For as long as the organisation's policy says, \(MessagePolicy.standard.changeMinutes) minutes unless \
                it says otherwise, and until somebody acknowledges it. What it said before stays to be read by all \
                who may read it. Its `version` is its `ETag`.
                """
        ) { call in
            let edited = try await self.messages.edit(
                call.input, of: call.identifier("message"), in: call.identifier("conversation"), seen: call.version,
                by: call.principal, once: call.once)
            return .init(edited.value, isReplay: edited.isReplay, version: edited.value.version)
        }
    }

    var retract: Endpoint<Nothing, Message> {
        Endpoint(
            .delete, "conversations/{conversation}/messages/{message}", "Delete your message",
            needs: RetractMessage.self, errors: [.notFound, .conflict], isVersioned: true,
            details: """
                For as long as the organisation's policy says. That there was a message stays to be seen; its words can \
                be read by those who answer for the home, and by nobody else.
                """
        ) { call in
            let retracted = try await self.messages.retract(
                call.identifier("message"), in: call.identifier("conversation"), seen: call.version,
                by: call.principal, once: call.once)
            return .init(retracted.value, isReplay: retracted.isReplay, version: retracted.value.version)
        }
    }

    var removeMessage: Endpoint<RemovalReason, Message> {
        Endpoint(
            .post, "conversations/{conversation}/messages/{message}/removal", "Remove somebody’s message",
            needs: RemoveMessage.self, errors: [.notFound, .conflict],
            details: "For those who answer for the home, at any time, such as for what is about the wrong resident."
        ) { call in
            let removed = try await self.messages.remove(
                call.identifier("message"), in: call.identifier("conversation"), for: call.input, by: call.principal,
                once: call.once)
            return .init(removed.value, isReplay: removed.isReplay, version: removed.value.version)
        }
    }

    var react: Endpoint<ReactionMark, ReactionMark> {
        Endpoint(
            .post, "conversations/{conversation}/messages/{message}/reactions", "React to a message, or take it back",
            needs: ReactToMessage.self, errors: [.notFound, .conflict],
            details: "Each person gives each reaction once. It never counts as an acknowledgement."
        ) { call in
            let marked = try await self.messages.react(
                call.input, to: call.identifier("message"), in: call.identifier("conversation"), by: call.principal,
                once: call.once)
            return .init(marked.value, isReplay: marked.isReplay)
        }
    }

    var tag: Endpoint<TagChoice, TagChoice> {
        Endpoint(
            .put, "conversations/{conversation}/messages/{message}/tags", "Say what a message is about",
            needs: TagMessage.self, errors: [.notFound, .conflict], details: "These tags and no others."
        ) { call in
            let tagged = try await self.messages.tag(
                call.input, call.identifier("message"), in: call.identifier("conversation"), by: call.principal,
                once: call.once)
            return .init(tagged.value, isReplay: tagged.isReplay)
        }
    }

    var tagged: Endpoint<Nothing, Page<Message>> {
        Endpoint(
            .get, "conversations/{conversation}/tagged", "List what has a tag in a conversation",
            needs: SeeTags.self,
            query: [
                QueryParameter("tag", .oneOf(MessageTag.self), "Which tag"),
                QueryParameter("before", .cursor, "The `next` of the page before"),
            ],
            errors: [.notFound], details: "The newest first."
        ) { call in
            guard let tag = call.query("tag").flatMap({ MessageTag(rawValue: $0) }) else {
                throw Problem(.badRequest, "Say which tag")
            }
            return .init(
                try await self.messages.tagged(
                    tag, in: call.identifier("conversation"),
                    after: call.query("before").map { try Keyset($0, parts: 1) },
                    for: call.principal))
        }
    }

    var versions: Endpoint<Nothing, MessageVersions> {
        Endpoint(
            .get, "conversations/{conversation}/messages/{message}/versions", "See all that a message has said",
            needs: ReadVersions.self, errors: [.notFound],
            details: "Of a removed message, for those who answer for the home only."
        ) { call in
            .init(
                try await self.messages.versions(
                    of: call.identifier("message"), in: call.identifier("conversation"), for: call.principal))
        }
    }
}
