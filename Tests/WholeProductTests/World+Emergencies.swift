import Foundation
import Kernel
import People
import Postgres
import TestKit
import WriteCareConnect

extension World {
    /// A record of the scene's resident that somebody of another part of the home has opened in an emergency.
    func openInEmergency(_ resident: Identifier<Person>) async throws -> Identifier<EmergencyAccess> {
        let person = NewPerson(id: .any(), fullName: "\(self.mark) Passer By", preferredName: "\(self.mark)")
        let staff = NewStaff(person: person, home: self.home, jobTitle: "\(self.mark) Carer")
        let id = Identifier<EmergencyAccess>.any(), now = Date()
        try await self.wcc.database.transaction(as: .tenant(self.id)) { tx in
            try PeopleDirectory().enrol(staff: [staff], in: tx)
            _ = try tx.execute(
                """
                INSERT INTO people.emergency_access
                    (tenant_id, id, resident_id, person_id, home_id, reason, opened_at, ends_at)
                VALUES (app.tid(), \(id.uuid), \(resident.uuid), \(person.id.uuid), \(self.home.uuid),
                    \("\(self.mark) was found on the floor"), \(now), \(now.addingTimeInterval(3_600)))
                """)
        }
        return id
    }
}
