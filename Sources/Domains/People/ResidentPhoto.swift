package import FoundationEssentials
package import Kernel
package import Web

/// That a resident has a photo, since when, and who agreed to it.
///
/// The picture itself is at an address of its own.
package struct ResidentPhoto: Described, Equatable {
    /// Who agreed that it is taken and shown to those who care for them.
    package enum Consent: String, Codable, Sendable, CaseIterable {
        case resident
        case bestInterests = "best_interests"

        /// As the list of changes has it.
        package var words: String {
            switch self {
            case .resident: "agreed to by the resident"
            case .bestInterests: "agreed to in their best interests"
            }
        }
    }

    /// Counts up with each photo; it leaves as an `ETag`, comes back as `If-Match`, and stands in the address.
    package let version: Int
    package let agreedBy: Consent
    package let putUpBy: PersonSummary
    package let putUpAt: Date

    package static let schema = Schema.object([
        .required("version", .integer), .required("agreed_by", .oneOf(Consent.self)),
        .required("put_up_by", PersonSummary.schema), .required("put_up_at", .time),
    ])
}

extension Resident {
    /// Where pages find the photo; `nil` for those who have none, whose initials stand there.
    package var photo: String? { self.photo(isSmall: false) }
    /// The same, as lists show it.
    package var smallPhoto: String? { self.photo(isSmall: true) }

    private func photo(isSmall: Bool) -> String? {
        self.photoVersion.map { ResidentPhoto.address($0, of: self.id, isSmall: isSmall) }
    }
}

extension ResidentPhoto {
    /// With the version in it, so that a page never shows one photo in the place of another.
    package static func address(_ version: Int, of resident: Identifier<Person>, isSmall: Bool) -> String {
        "/residents/\(resident)/photo/\(version)\(isSmall ? "?size=small" : "")"
    }
}
