import Kernel
import People
import Web

/// The reactions to a message: how many, whose, and the reader's own to give or take back.
struct ReactionsModel {
    let message: Message
    let reader: Identifier<Person>
    let canWrite: Bool
    let source: Source

    /// `nil` where there is nothing to see and nothing to do.
    var model: Model? {
        let given = self.message.reactions ?? []
        if self.message.removed != nil || given.isEmpty && !self.canWrite { return nil }
        let path = MessagesPaths.message(self.message.id, in: self.message.conversationId)
        let mine = Set(given.filter { one in one.people.contains { $0.id == self.reader } }.map(\.kind))
        return [
            "given": given.map { reaction -> Model in
                let others = reaction.people.filter { $0.id != self.reader }.map(\.name)
                return self.words(reaction.kind).merging([
                    "count": "\(reaction.people.count)",
                    "names": Words.list(others + (others.count < reaction.people.count ? ["you"] : [])),
                ]) { $1 }
            },
            "warning": self.message.urgency == .urgent,
            "form":
                (self.canWrite
                ? [
                    "action": "\(path)/reactions", "key": self.source.identifier(Model.self).description,
                    "choices": Reaction.Kind.allCases.map { kind in
                        self.words(kind).merging(["value": kind.rawValue, "isMine": mine.contains(kind)]) { $1 }
                    },
                ] as Model : nil).orFalse,
        ]
    }

    /// Its words, and which icon stands beside them.
    private func words(_ kind: Reaction.Kind) -> Model {
        [
            "text": kind.words, "isThumbsUp": kind == .thumbsUp, "isHeart": kind == .heart,
            "isThankYou": kind == .thankYou, "isSeenTo": kind == .seenTo, "isQuestion": kind == .question,
        ]
    }
}
