import Kernel
package import Web

/// What a program is told that has signed in: who they are, or what is asked of them first.
package struct SignInAnswer: Described, Equatable {
    package enum Awaits: String, Codable, Sendable, CaseIterable {
        /// A code of their second factor.
        case code
        /// That they set up a second factor.
        case factor
    }

    package let awaits: Awaits?
    package let me: WhoAmI?

    private enum CodingKeys: String, CodingKey { case awaits }

    init(awaits: Awaits) { (self.awaits, self.me) = (awaits, nil) }
    init(_ me: WhoAmI) { (self.awaits, self.me) = (nil, me) }

    package init(from decoder: any Decoder) throws {
        self.awaits = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Awaits.self, forKey: .awaits)
        self.me = self.awaits == nil ? try WhoAmI(from: decoder) : nil
    }

    package func encode(to encoder: any Encoder) throws {
        if let me { return try me.encode(to: encoder) }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(self.awaits, forKey: .awaits)
    }

    /// The fields of who they are, all of them or none.
    package static let schema = Schema.object(
        [.optional("awaits", .oneOf(Awaits.self).described("What is asked of you first; then nothing else is there"))]
            + WhoAmI.properties.map { .optional($0.name, $0.schema) })
}

extension AccountsService {
    /// Nothing about somebody who has shown half of who they are.
    package func answer(to signIn: NewSignIn) async throws -> SignInAnswer {
        if signIn.awaitsCode { return SignInAnswer(awaits: .code) }
        if signIn.visitor.lacksFactor { return SignInAnswer(awaits: .factor) }
        return SignInAnswer(try await self.whoAmI(signIn.visitor))
    }
}
