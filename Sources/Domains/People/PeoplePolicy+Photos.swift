package import Kernel

/// Whoever sees a resident's page sees their face.
package enum ReadPhoto: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.read_photo"
    package static let summary = "See a resident’s photo"
    package static let kind = ActKind.read
    package static let rules = ReadResident.rules
}

/// Whoever puts one up says who agreed, so there must be somebody who can still be asked.
package enum PutUpPhoto: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.put_up_photo"
    package static let summary = "Put up or replace a resident’s photo"
    package static let kind = ActKind.update
    package static let rules = [
        Rule(
            Role.management.union([.registeredNurse, .seniorCarer]), [.place],
            while: ["current", "hospital", "respite"])
    ]
}

/// A wrong face is taken down by those who put up the right one; and a family may ask for it long afterwards.
package enum TakeDownPhoto: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.take_down_photo"
    package static let summary = "Take down a resident’s photo"
    package static let kind = ActKind.destroy
    package static let rules = [
        Rule(Role.management.union([.registeredNurse, .seniorCarer]), [.place], while: Resident.Status.all)
    ]
}

/// The form says who agreed, which the page does not.
package enum PreparePhoto: Permission {
    package typealias Object = Person
    package typealias Sight = ReadResident
    package static let name = "people.prepare_photo"
    package static let summary = "Open the form for a resident’s photo"
    package static let kind = ActKind.read
    package static let rules = TakeDownPhoto.rules
}
