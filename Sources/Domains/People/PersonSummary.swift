package import Kernel
package import Web

/// What may be said of a person beside whatever they did: who they are, and to whom they belong.
package struct PersonSummary: Described, Equatable {
    package let id: Identifier<Person>
    package let name: String
    package let preferredName: String
    /// Their work, or "Resident"; empty if nothing is known.
    package let title: String
    /// Whether they belong to the provider's own staff.
    package let isStaff: Bool
    /// A resident's room.
    package let room: String?
    /// Where they work or live; absent for those of the whole organisation.
    package let homeId: Identifier<Home>?

    package init(
        id: Identifier<Person>, name: String, preferredName: String, title: String, isStaff: Bool, room: String? = nil,
        homeId: Identifier<Home>? = nil
    ) {
        self.id = id
        self.name = name
        self.preferredName = preferredName
        self.title = title
        self.isStaff = isStaff
        self.room = room
        self.homeId = homeId
    }

    /// The first letters of the first and the last name.
    package var initials: String { PersonName.initials(self.name) }

    package static let schema = Schema.object([
        .required("id", .identifier), .required("name", .string(maxLength: 200)),
        .required("preferred_name", .string(maxLength: 100)), .required("title", .string(maxLength: 100)),
        .required("is_staff", .boolean), .optional("room", .string(maxLength: 20)),
        .optional("home_id", .identifier),
    ])

}

package enum PersonName {
    package static func initials(_ name: String) -> String {
        let words = name.split(separator: " ")
        guard let first = words.first?.first else { return "?" }
        guard words.count > 1, let last = words.last?.first else { return String(first).uppercased() }
        return "\(first)\(last)".uppercased()
    }
}
