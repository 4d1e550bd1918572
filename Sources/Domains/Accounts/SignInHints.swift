import Web

/// Whom to sign in as where everybody is made up, and what to try as them; nobody gives any outside `wcc dev`.
package struct SignInHints: Sendable {
    package struct Somebody: Sendable {
        let username: String
        let name: String
        let jobTitle: String
        let whatToTry: String

        package init(username: String, name: String, jobTitle: String, whatToTry: String) {
            self.username = username
            self.name = name
            self.jobTitle = jobTitle
            self.whatToTry = whatToTry
        }
    }

    let password: String
    let people: [Somebody]

    package init(password: String, people: [Somebody]) {
        self.password = password
        self.people = people
    }

    var model: Model {
        [
            "password": self.password,
            "people": self.people.map { one -> Model in
                [
                    "username": one.username, "name": one.name, "title": one.jobTitle, "text": one.whatToTry,
                ]
            },
        ]
    }
}
