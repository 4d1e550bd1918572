import Foundation
import Kernel
import Messages
import Postgres
import TestKit
import Testing

@Suite(.database) struct TemplatesTests {
    let database = TestDatabase.current.open()
    private let time = LocalTime(zone: "Europe/London", now: Date(timeIntervalSince1970: 1_795_363_200))
    private let fall = TemplateDraft(
        title: "A fall", body: "{{resident}} has fallen at {{time}} on {{date}}. {{What happened}} {{What happened}}")

    private func refused(_ act: () async throws -> Void) async -> [String] {
        do {
            try await act()
            return []
        } catch {
            return ((error as? any ProblemConvertible)?.problem.violations ?? []).map(\.pointer)
        }
    }

    @Test func `management writes templates, staff read them, and others do not know them`() async throws {
        let kit = try await MessagesKit(self.database)
        let author = try await kit.organisation.hire(.registeredManager)
        let stranger = try await MessagesKit(self.database).organisation.hire(.providerDirector, .organisation)
        let template = try await kit.messages.create(self.fall, by: author).value.id
        for role in Role.allCases {
            let person = try await kit.organisation.hire(role), isStaff = Role.staff.contains(role)
            let mayWrite = Role.management.contains(role)
            let listed = await outcome { _ = try await kit.messages.templates(for: person) }
            let read = await outcome { _ = try await kit.messages.template(template, for: person) }
            #expect(listed == (isStaff ? nil : .forbidden) && read == (isStaff ? nil : .forbidden), "\(role)")
            let created = await outcome { _ = try await kit.messages.create(self.fall, by: person) }
            let revised = await outcome { _ = try await kit.messages.revise(template, self.fall, by: person) }
            #expect(created == (mayWrite ? nil : .forbidden) && revised == created, "\(role)")
            let other = try await kit.messages.create(self.fall, by: author).value.id
            let retired = await outcome { _ = try await kit.messages.retire(other, by: person) }
            #expect(retired == (mayWrite ? nil : .forbidden), "\(role)")
        }
        let theirs = try await kit.messages.templates(for: stranger)
        #expect(theirs.isEmpty)
        for act in [
            await outcome { _ = try await kit.messages.template(template, for: stranger) },
            await outcome { _ = try await kit.messages.revise(template, self.fall, by: stranger) },
            await outcome { _ = try await kit.messages.retire(template, by: stranger) },
        ] { #expect(act == .notFound) }
    }

    @Test func `whoever may say something in a conversation fills one in there`() async throws {
        let kit = try await MessagesKit(self.database)
        let manager = try await kit.organisation.hire(.registeredManager)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let resident = try await kit.organisation.admit(team: [ann, ben])
        let conversation = try await kit.group(ann, ben, about: resident)
        let template = try await kit.messages.create(self.fall, by: manager).value.id
        let colleague = try await kit.organisation.hire(.careAssistant)
        for (person, expected) in [(ann, nil), (ben, nil), (manager, .forbidden), (colleague, .notFound)]
            as [(Principal, Problem.Kind?)]
        {
            let listed = await outcome { _ = try await kit.messages.templates(in: conversation, for: person) }
            let shown = await outcome {
                _ = try await kit.messages.prefilled(template, in: conversation, at: self.time, for: person)
            }
            let filled = await outcome {
                _ = try await kit.messages.fill(template, in: conversation, at: self.time, for: person) { _ in
                    TemplateFilling([.init("What happened", "In the garden.")])
                }
            }
            #expect(listed == expected && shown == expected && filled == expected, "\(person.grants)")
        }
    }

    @Test func `each save is a version, and whoever saves over what they have not seen is told`() async throws {
        let kit = try await MessagesKit(self.database)
        let manager = try await kit.organisation.hire(.registeredManager)
        let first = try await kit.messages.create(self.fall, by: manager).value
        #expect(first.version == 1 && first.fields == ["resident", "time", "date", "What happened"])
        var draft = self.fall
        draft.body = "{{resident}} has fallen."
        #expect(try await kit.messages.revise(first.id, draft, seen: 1, by: manager).value.version == 2)
        await #expect(throws: TemplatesError.stale) {
            _ = try await kit.messages.revise(first.id, self.fall, seen: 1, by: manager)
        }
        // The same words are no new version.
        #expect(try await kit.messages.revise(first.id, draft, seen: 2, by: manager).value.version == 2)
        let history = try await kit.messages.template(first.id, for: manager)
        #expect(history.versions.map(\.body) == [draft.body, self.fall.body])
        _ = try await kit.messages.retire(first.id, by: manager)
        await #expect(throws: TemplatesError.retired) { _ = try await kit.messages.retire(first.id, by: manager) }
        await #expect(throws: TemplatesError.retired) {
            _ = try await kit.messages.revise(first.id, self.fall, by: manager)
        }
        #expect(try await kit.messages.templates(for: manager).isEmpty)
    }

    @Test func `of two who save at once, one is told`() async throws {
        let kit = try await MessagesKit(self.database)
        let manager = try await kit.organisation.hire(.registeredManager)
        let id = try await kit.messages.create(self.fall, by: manager).value.id
        let outcomes = await withTaskGroup(of: Problem.Kind?.self) { group in
            for number in 0..<2 {
                group.addTask {
                    await outcome {
                        _ = try await kit.messages.revise(
                            id, TemplateDraft(title: "A fall", body: "Version \(number)"), seen: 1, by: manager)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 == nil }.count == 1)
        // On a very busy machine the second may give up waiting for the first; what matters is that it saves nothing.
        let other = outcomes.compactMap { $0 }
        #expect(other == [.preconditionFailed] || other == [.unavailable] || other == [.internalFailure])
        #expect(try await kit.messages.template(id, for: manager).versions.count == 2)
    }

    @Test
    func `the resident, time and date are known, the rest is asked for, and a message says what it was made from`()
        async throws
    {
        let kit = try await MessagesKit(self.database)
        let manager = try await kit.organisation.hire(.registeredManager)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let resident = try await kit.organisation.admit("Edith Marlow", team: [ann, ben])
        let conversation = try await kit.group(ann, ben, about: resident)
        let template = try await kit.messages.create(self.fall, by: manager).value.id
        let service = kit.messages(at: Date(timeIntervalSince1970: 1_795_363_200))
        func fill(_ fields: [TemplateFilling.Field]) async throws -> FilledTemplate {
            try await service.fill(template, in: conversation, at: self.time, for: ann) { _ in TemplateFilling(fields) }
        }
        let filled = try await fill([.init("What happened", " In the garden. ")])
        #expect(
            filled.body
                == "Edith Marlow has fallen at 16:00 on Sunday 22 November 2026. In the garden. In the garden.")
        // What is known may be said otherwise.
        let other = try await fill([.init("What happened", "x"), .init("time", "about noon")])
        #expect(other.body.contains("at about noon on"))
        #expect(await self.refused { _ = try await fill([]) } == ["/fields/What happened"])
        #expect(await self.refused { _ = try await fill([.init("What happened", " ")]) } == ["/fields/What happened"])
        #expect(
            await self.refused { _ = try await fill([.init("What happened", "x"), .init("Else", "y")]) }
                == ["/fields/1/name"])
        let long = String(repeating: "é", count: 501)
        #expect(await self.refused { _ = try await fill([.init("What happened", long)]) } == ["/fields/0/value"])

        let draft = Draft(body: filled.body, template: filled.template)
        let sent = try await service.send(draft, to: conversation, by: ann).value
        let noted = try await self.database.read(
            as: .tenant(kit.organisation.id),
            "SELECT template_id, version FROM messages.message_template WHERE message_id = \(sent.id.uuid)")
        #expect(try noted.first?.read("template_id", as: UUID.self) == template.uuid)
        #expect(try noted.first?.read("version", as: Int.self) == 1)
        for wrong in [TemplateReference(template, version: 2), TemplateReference(.any(), version: 1)] {
            await #expect(throws: MessagesError.unknownTemplate) {
                _ = try await service.send(Draft(body: "x", template: wrong), to: conversation, by: ann)
            }
        }
        #expect(try await service.read(conversation, by: ann).messages.count == 1)
    }

    @Test func `a template that makes too long a message says so`() async throws {
        let kit = try await MessagesKit(self.database)
        let manager = try await kit.organisation.hire(.registeredManager)
        let conversation = try await kit.group(manager, try await kit.organisation.hire(.careAssistant))
        let body = String(repeating: "x", count: 3_990) + "{{a}}"
        let id = try await kit.messages.create(TemplateDraft(title: "Long", body: body), by: manager).value.id
        func fill(_ value: String) async throws {
            _ = try await kit.messages.fill(id, in: conversation, at: self.time, for: manager) { _ in
                TemplateFilling([.init("a", value)])
            }
        }
        #expect(await self.refused { try await fill("1234567890") } == [])
        #expect(await self.refused { try await fill("12345678901") } == ["/fields"])
    }

    @Test func `what is no template is refused at its field`() async throws {
        let kit = try await MessagesKit(self.database)
        let manager = try await kit.organisation.hire(.registeredManager)
        func refused(_ title: String, _ body: String) async -> [String] {
            await self.refused {
                _ = try await kit.messages.create(TemplateDraft(title: title, body: body), by: manager)
            }
        }
        #expect(await refused(" ", "x") == ["/title"])
        #expect(await refused(String(repeating: "x", count: 101), "x") == ["/title"])
        #expect(await refused("x", " \0 ") == ["/body"])
        #expect(await refused("x", "{{a") == ["/body"])
        #expect(await refused("x", String(repeating: "x", count: 4_001)) == ["/body"])
        #expect(await refused("", "") == ["/title", "/body"])
    }
}
