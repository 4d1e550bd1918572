package import FoundationEssentials
package import Kernel
package import Web

/// What is asked to make a device a shared tablet.
package struct TabletDraft: Described, Equatable {
    package let homeId: Identifier<Home>
    package let name: String

    package init(homeId: Identifier<Home>, name: String) {
        self.homeId = homeId
        self.name = name
    }

    package static let schema = Schema.object([
        .required("home_id", .identifier),
        .required("name", .text(maxLength: 60).described("As people there call it").example("Nurses’ station")),
    ])

    /// - Throws: That it has no name.
    func checked() throws(AccountsError) -> TabletDraft {
        let name = String(self.name.unicodeScalars.filter { $0 != "\0" }).trimmed
        guard (1...60).contains(name.unicodeScalars.count) else {
            throw .invalid([.init("/name", "Enter a name of 60 characters at most")])
        }
        return TabletDraft(homeId: self.homeId, name: name)
    }
}

/// A shared tablet, for those who look after it.
package struct TabletRecord: Described, Equatable {
    package let id: Identifier<Tablet>
    package let homeId: Identifier<Home>
    package let home: String
    package let name: String
    package let enrolledAt: Date
    package let lastUsedAt: Date?

    package static let schema = Schema.object([
        .required("id", .identifier), .required("home_id", .identifier),
        .required("home", .string(maxLength: 100)), .required("name", .string(maxLength: 60)),
        .required("enrolled_at", .time), .optional("last_used_at", .time),
    ])
}

/// The device in somebody's hands, and who can come back on it with a PIN.
package struct TabletHere: Described, Equatable {
    package struct Guest: Described, Equatable {
        package let personId: Identifier<Person>
        /// First name and the first letter of the surname: who stands there knows who is meant.
        package let name: String
        /// Whether a PIN opens theirs; otherwise they sign in.
        package let hasPin: Bool

        package static let schema = Schema.object([
            .required("person_id", .identifier), .required("name", .string(maxLength: 200)),
            .required("has_pin", .boolean),
        ])
    }

    package let name: String
    package let home: String
    package let people: [Guest]

    package static let schema = Schema.object([
        .required("name", .string(maxLength: 60)), .required("home", .string(maxLength: 100)),
        .required("people", .array(Guest.schema, count: 0...100)),
    ])
}

/// A PIN that is chosen.
package struct PinChoice: Described, Equatable {
    package let pin: String

    package init(_ pin: String) { self.pin = pin }

    package static let schema = Schema.object([
        .required("pin", .string(minLength: 1, maxLength: 20).described("Six digits").example("804152"))
    ])
}

/// Somebody who comes back.
package struct PinEntry: Described, Equatable {
    package let personId: Identifier<Person>
    package let pin: String

    package init(personId: Identifier<Person>, pin: String) {
        self.personId = personId
        self.pin = pin
    }

    package static let schema = Schema.object([
        .required("person_id", .identifier),
        .required("pin", .string(minLength: 1, maxLength: 20).described("Six digits").example("804152")),
    ])
}

/// A tablet, found by what the device shows.
struct ShownTablet: Sendable {
    let organisation: Identifier<Organisation>
    let id: Identifier<Tablet>
    let name: String
    let home: String
}
