import Kernel
import Testing

struct DecisionTests {
    enum Thing {}
    enum See: Permission {
        typealias Object = Thing
        static let name = "things.see"
        static let summary = "See a thing"
        static let kind = ActKind.read
        static let rules = [
            Rule([.careAssistant], [.member], while: ["open", "closed"]), Rule([.gp], [.place], while: ["open"]),
        ]
    }
    enum Change: Permission {
        typealias Object = Thing
        typealias Sight = See
        static let name = "things.change"
        static let summary = "Change a thing"
        static let kind = ActKind.update
        static let rules = [Rule([.careAssistant], [.member], while: ["open"])]
    }

    private let home = Identifier<Home>(Source().identifier(Home.self).uuid)
    private func principal(_ grants: Grant...) -> Principal {
        Principal(person: Source().identifier(), organisation: Source().identifier(), grants: Set(grants))
    }
    private func standing(_ relations: Set<Relation>, at place: Place?, _ state: String) -> Standing<Thing> {
        Standing(Source().identifier(), relations, at: place, state: state)
    }

    @Test func `role, relation and state must all fit, in one line`() throws {
        let carer = self.principal(Grant(.careAssistant, .home(self.home)))
        let open = self.standing([.member], at: nil, "open")
        #expect(try carer.decide(Change.self, open).object == open.object)
        #expect(try carer.decide(Change.self, open).rule == "things.change: care_assistant member open")
        let closed = self.standing([.member], at: nil, "closed")
        let told = #expect(throws: Problem.self) { try carer.decide(Change.self, closed) }
        #expect(told?.kind == .forbidden, "who may see it is told that it is there")
    }

    @Test func `of what is for named people no place counts, though a line of the table says so`() throws {
        let gp = self.principal(Grant(.gp, .home(self.home)), Grant(.careAssistant, .organisation))
        func standing(_ relations: Set<Relation>, _ guarding: Guarding) -> Standing<Thing> {
            Standing(
                Source().identifier(), relations, at: Place(home: self.home), state: "open", guarding: guarding)
        }
        #expect(gp.may(See.self, standing([], .none)))
        #expect(!gp.may(See.self, standing([], .named)))
        for relation in Relation.allCases where !Relation.named.contains(relation) {
            let told = #expect(throws: Problem.self) { try gp.decide(See.self, standing([relation], .named)) }
            #expect(told?.kind == .notFound, "\(relation)")
        }
        let decision = try gp.decide(See.self, standing([.member], .named))
        #expect(decision.isConfidential && !decision.isEmergency)
        #expect(try !gp.decide(See.self, standing([.member], .none)).isConfidential)
    }

    @Test func `a deny beats every relation and every role`() {
        let everybody = Principal(
            person: Source().identifier(), organisation: Source().identifier(),
            grants: Set(Role.allCases.map { Grant($0, .organisation) }))
        let denied = Standing<Thing>(
            Source().identifier(), Set(Relation.allCases), at: Place(home: self.home), state: "open", guarding: .denied)
        #expect(!everybody.may(See.self, denied))
        let told = #expect(throws: Problem.self) { try everybody.decide(Change.self, denied) }
        #expect(told?.kind == .notFound)
    }

    @Test func `an emergency is the reason only where there is no other`() throws {
        enum Help: Permission {
            typealias Object = Thing
            static let name = "things.help"
            static let summary = "Help"
            static let kind = ActKind.read
            static let rules = [
                Rule([.careAssistant], [.emergency, .member], while: ["open"]), Rule([.gp], [.place], while: ["open"]),
            ]
        }
        let carer = self.principal(Grant(.careAssistant, .home(self.home)), Grant(.gp, .home(self.home)))
        #expect(try carer.decide(Help.self, self.standing([.emergency], at: nil, "open")).isEmergency)
        for standing in [
            self.standing([.emergency, .member], at: nil, "open"),
            self.standing([.emergency], at: Place(home: self.home), "open"),
        ] { #expect(try !carer.decide(Help.self, standing).isEmergency) }
    }

    @Test func `who may not see it is told that there is no such thing`() {
        let gp = self.principal(Grant(.gp, .home(self.home)))
        let elsewhere = Place(home: Source().identifier(Home.self))
        for (standing, expected) in [
            (self.standing([], at: elsewhere, "open"), Problem.Kind.notFound),
            (self.standing([], at: nil, "open"), .notFound),
            (self.standing([], at: Place(home: self.home), "closed"), .notFound),
            (self.standing([], at: Place(home: self.home), "open"), .forbidden),
        ] {
            let told = #expect(throws: Problem.self) { try gp.decide(Change.self, standing) }
            #expect(told?.kind == expected)
        }
        let nothing = #expect(throws: Problem.self) { try gp.decide(See.self, nil) }
        #expect(nothing?.kind == .notFound)
    }

    @Test func `a role reaches its organisation, its home or its unit, and no further`() {
        let unit = Source().identifier(Unit.self), other = Source().identifier(Unit.self)
        let place = Place(home: self.home, unit: unit)
        #expect(
            Reach.organisation.covers(place) && Reach.home(self.home).covers(place) && Reach.unit(unit).covers(place))
        #expect(!Reach.unit(other).covers(place) && !Reach.home(Source().identifier(Home.self)).covers(place))
        #expect(!Reach.home(self.home).covers(Place(home: nil)) && !Reach.unit(unit).covers(Place(home: self.home)))
    }

    @Test func `every role has a title, and belongs to one group`() {
        let groups = [Role.management, Role.care, Role.house, Role.professionals, Role.circle]
        for role in Role.allCases {
            #expect(groups.filter { $0.contains(role) }.count == 1, "\(role)")
            #expect(!role.title.isEmpty)
        }
    }
}
