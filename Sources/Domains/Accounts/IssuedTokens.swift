package import Web

/// What a program is given: a token for each request, and one for the next pair.
package struct IssuedTokens: Described, Equatable {
    package let accessToken: String
    package let tokenType: String
    package let expiresIn: Int
    package let refreshToken: String

    init(access: String, refresh: RefreshToken) {
        self.accessToken = access
        self.tokenType = "Bearer"
        self.expiresIn = AccessToken.lifetime
        self.refreshToken = refresh.text
    }

    package static let schema = Schema.object([
        .required(
            "access_token",
            .string(maxLength: ShownToken.mostBytes).described(
                "For the header Authorization, after Bearer; what is in it is nobody's business but ours")),
        .required("token_type", .oneOf(["Bearer"])),
        .required("expires_in", .integer(1...AccessToken.lifetime).described("Seconds")),
        .required("refresh_token", .string(maxLength: 200).described("For the next pair, once")),
    ])
}

/// What a program sends for its first tokens.
package struct TokenRequest: Described {
    package let username: String
    package let password: String
    package let code: String?

    package static let schema = Schema.object([
        .required(
            "username",
            .text(maxLength: 254).described("A username or an e-mail address").example("precious.adeyemi")),
        .required("password", .string(minLength: 1, maxLength: 1_024).example("three words apart")),
        .optional(
            "code", .string(minLength: 1, maxLength: 40).described("Of the second factor, of whoever has one")),
    ])
}

/// What it sends for the next, or for none any more.
package struct ShownRefreshToken: Described {
    package let refreshToken: String

    package static let schema = Schema.object([
        .required("refresh_token", .string(minLength: 1, maxLength: 200).described("The last one that was given"))
    ])
}
