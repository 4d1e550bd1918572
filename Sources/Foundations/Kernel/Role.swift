/// What somebody is in an organisation, as the sector names it.
///
/// The raw values are the canonical names of the domain, stored and sent as they are.
package enum Role: String, Sendable, Hashable, CaseIterable, Codable {
    case registeredManager = "registered_manager"
    case nominatedIndividual = "nominated_individual"
    case providerDirector = "provider_director"
    case deputyManager = "deputy_manager"
    case clinicalLead = "clinical_lead"
    case registeredNurse = "registered_nurse"
    case nursingAssociate = "nursing_associate"
    case seniorCarer = "senior_carer"
    case careAssistant = "care_assistant"
    case activitiesCoordinator = "activities_coordinator"
    case housekeeping
    case catering
    case maintenance
    case admin
    case hr
    case agencyWorker = "agency_worker"
    case volunteer
    case student
    case dpo
    case caldicottGuardian = "caldicott_guardian"
    case safeguardingLead = "safeguarding_lead"
    case complaintsManager = "complaints_manager"
    case responsiblePerson = "responsible_person"
    case itAdmin = "it_admin"

    case gp
    case districtNurse = "district_nurse"
    case pharmacist
    case ahp
    case socialWorker = "social_worker"
    case commissioner
    case cqcInspector = "cqc_inspector"
    case advocate
    case imca
    case rpr
    case ombudsman

    case resident
    case relative
    case friend
    case attorneyHW = "attorney_hw"
    case attorneyPF = "attorney_pf"
    case deputyHW = "deputy_hw"
    case deputyPF = "deputy_pf"
    case executor
}

extension Role {
    /// Those who answer for a home.
    package static let management: Set<Role> = [
        .registeredManager, .nominatedIndividual, .providerDirector, .deputyManager, .clinicalLead,
    ]
    /// Those who give care, and see what care needs.
    package static let care: Set<Role> = [
        .registeredNurse, .nursingAssociate, .seniorCarer, .careAssistant, .activitiesCoordinator, .agencyWorker,
        .student,
    ]
    /// Those who run the house; they talk with everybody and read no care.
    package static let house: Set<Role> = [
        .housekeeping, .catering, .maintenance, .admin, .hr, .volunteer, .itAdmin, .dpo, .caldicottGuardian,
        .safeguardingLead, .complaintsManager, .responsiblePerson,
    ]
    /// Everybody who works for the provider.
    package static let staff: Set<Role> = management.union(care).union(house)
    /// Professionals who work for somebody else.
    package static let professionals: Set<Role> = [
        .gp, .districtNurse, .pharmacist, .ahp, .socialWorker, .commissioner, .cqcInspector, .advocate, .imca, .rpr,
        .ombudsman,
    ]
    /// The resident, and those around them.
    package static let circle: Set<Role> = [
        .resident, .relative, .friend, .attorneyHW, .attorneyPF, .deputyHW, .deputyPF, .executor,
    ]

    /// Everybody who is here because of their work, whoever pays them.
    package static let working: Set<Role> = staff.union(professionals)

    /// Who they are together, the groups above by their names; a sentence may begin with it.
    package static func words(_ roles: Set<Role>) -> String {
        if roles == Set(Self.allCases) { return "Everybody" }
        if roles == Self.working { return "Everybody who works here, also for somebody else" }
        if roles == Self.staff { return "All staff" }
        let groups: [(Set<Role>, String)] = [
            (Self.management, "Management"), (Self.care, "Care staff"), (Self.house, "House and office"),
            (Self.professionals, "Outside professionals"), (Self.circle, "The resident’s circle"),
        ]
        let whole = groups.filter { $0.0.isSubset(of: roles) }
        let rest = roles.subtracting(whole.reduce(into: Set<Role>()) { $0.formUnion($1.0) })
        return (whole.map(\.1) + Self.allCases.filter(rest.contains).map(\.title)).joined(separator: ", ")
    }

    /// Whether a person of this role is outside the provider, which every page says beside the name.
    package var isOutside: Bool { !Self.staff.contains(self) }

    /// As a person says it.
    package var title: String {
        switch self {
        case .registeredManager: "Registered manager"
        case .nominatedIndividual: "Nominated individual"
        case .providerDirector: "Director"
        case .deputyManager: "Deputy manager"
        case .clinicalLead: "Clinical lead"
        case .registeredNurse: "Nurse"
        case .nursingAssociate: "Nursing associate"
        case .seniorCarer: "Senior carer"
        case .careAssistant: "Care assistant"
        case .activitiesCoordinator: "Activities coordinator"
        case .housekeeping: "Housekeeping"
        case .catering: "Catering"
        case .maintenance: "Maintenance"
        case .admin: "Administrator"
        case .hr: "Human resources"
        case .agencyWorker: "Agency worker"
        case .volunteer: "Volunteer"
        case .student: "Student"
        case .dpo: "Data protection officer"
        case .caldicottGuardian: "Caldicott guardian"
        case .safeguardingLead: "Safeguarding lead"
        case .complaintsManager: "Complaints manager"
        case .responsiblePerson: "Responsible person"
        case .itAdmin: "IT administrator"
        case .gp: "GP"
        case .districtNurse: "District nurse"
        case .pharmacist: "Pharmacist"
        case .ahp: "Allied health professional"
        case .socialWorker: "Social worker"
        case .commissioner: "Commissioner"
        case .cqcInspector: "CQC inspector"
        case .advocate: "Advocate"
        case .imca: "Independent mental capacity advocate"
        case .rpr: "Relevant person’s representative"
        case .ombudsman: "Ombudsman"
        case .resident: "Resident"
        case .relative: "Relative"
        case .friend: "Friend"
        case .attorneyHW: "Attorney, health and welfare"
        case .attorneyPF: "Attorney, property and finance"
        case .deputyHW: "Deputy, health and welfare"
        case .deputyPF: "Deputy, property and finance"
        case .executor: "Executor"
        }
    }
}
