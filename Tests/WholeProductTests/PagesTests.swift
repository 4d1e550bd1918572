import Foundation
import HTTPTypes
import Kernel
import Messages
import NIOConcurrencyHelpers
import TestKit
import Testing
import WriteCareConnect

@testable import Web

/// The real pages: given what their templates ask for, as the samples promise, and written as a strict reader wants.
@Suite(.database, .timeLimit(.minutes(2))) struct PagesTests {
    private struct Rendered: Sendable { let template: String; let model: PageModel }

    private static let samples = URL(filePath: #filePath).appending(path: "../../PagesTests/Models").standardized

    /// The keys at each place, in all samples of a template together.
    private func promised(_ template: String) throws -> [String: Set<String>] {
        let folder = Self.samples.appending(path: template).deletingLastPathComponent()
        let name = template.split(separator: "/").last.map(String.init) ?? template
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasPrefix("\(name).") }
        #expect(!files.isEmpty, "\(template) has no sample")
        return try files.reduce(into: [:]) { shapes, file in
            shapes.merge(try PageModel(json: try Data(contentsOf: file)).shape()) { $0.union($1) }
        }
    }

    /// Sends every sample that answers with a page, as everybody, and some that fail.
    private func crawl(_ asking: Asking, _ world: World) async throws -> [(String, Answer)] {
        var answers: [(String, Answer)] = []
        let changing = try #require(Sample.photos.first { $0.isUnsafe })
        for someone in world.everybody {
            var scene = try await world.scene(for: changing)
            let announced = try await world.sceneWithAnnouncement()
            (scene.announcement, scene.scheduled) = (announced.announcement, announced.scheduled)
            scene.emergency = announced.emergency
            for sample in Sample.all where sample.isPage && !sample.isUnsafe && !sample.isStream {
                let what = "\(someone.part): \(sample.testDescription)"
                answers.append((what, try await asking.ask(sample, scene, as: someone)))
            }
            let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]
            let hidden = "csrf=\(someone.token)&key=\(UUID())"
            for (path, fields) in [
                ("/messages/\(scene.conversation)", "body=&urgency=urgent&reply_to=\(scene.message)"),
                ("/messages/\(scene.conversation)/messages/\(scene.message)/edit", "body=&version=1"),
                ("/messages/\(scene.conversation)/messages/\(scene.message)/edit", "body=Late&version=7"),
                ("/messages/\(scene.conversation)/messages/\(scene.message)/remove", "reason="),
                ("/messages/new", "form=concern&kind=group&subject=&body=&urgency=urgent"),
                ("/messages/new", "form=message&kind=care_team&subject=x&body=&urgency=routine"),
                ("/search", "text=&unanswered=true&from=x&to=2026-01-01"),
                ("/residents/new", "full_name=&place=nowhere&moved_in_on=yesterday&status=current&room="),
                ("/residents/\(scene.resident)/edit", "full_name=&place=&status=gone&room=&version=1"),
                ("/residents/\(scene.resident)/edit", Self.stale(scene)),
                ("/residents/\(scene.resident)/care-team", "person="),
                ("/residents/\(scene.resident)/contacts", "full_name=&relationship=nobody&email=x"),
                ("/messages/\(scene.conversation)/later", "body=&day=2020-01-01&time=07:00&urgency=urgent"),
                ("/messages/\(scene.conversation)/later", "body=x&day=x&time=x&urgency=routine"),
                ("/messages/scheduled/\(scene.scheduled)", "body=&day=2020-01-01&time=7:00&urgency=routine"),
                ("/messages/templates/new", "title=&body=%7B%7Bopen"),
                ("/messages/templates/\(scene.template)", "title=Typed&body=Typed&version=99"),
                ("/messages/templates/\(scene.template)", "title=Typed&body=&version=1"),
                ("/messages/\(scene.conversation)/templates/\(scene.template)", "field0=&field1=Anybody"),
                ("/announcements/check", "title=&body=&place=nowhere&roles=student&shown_until=yesterday"),
                ("/announcements/check", "title=x&body=&place=\(scene.home)&confirm=yes&shown_until=2026-01-01"),
                ("/announcements/check", "title=x&body=One%0A%0ATwo&place=\(scene.home)"),
                ("/announcements/new", "title=&body=&place="),
                ("/announcements/\(scene.announcement)/withdrawal", "reason="),
                ("/residents/import/check", "csv=full_name,room,nothing%0Ax"), ("/residents/import", "csv="),
                (
                    "/residents/\(scene.resident)/contacts/\(scene.contact)/edit",
                    "full_name=Typed&relationship=friend&authority=none&email=x&version=1"
                ),
                (
                    "/residents/\(scene.resident)/contacts/\(scene.contact)/edit",
                    "full_name=Typed&relationship=friend&authority=none&version=99"
                ),
                ("/residents/\(scene.resident)/contacts/\(scene.contact)/restrictions", "kind=&reason="),
                ("/residents/\(scene.resident)/contacts/\(scene.restricted)/end", "reason=Anything"),
                ("/residents/\(scene.resident)/contacts/\(scene.contact)/end", "reason="),
                (
                    "/residents/\(scene.resident)/contacts/\(scene.restricted)/restrictions/\(scene.restriction)/end",
                    "reason="
                ),
                ("/residents/emergencies/new", "full_name=&room=&date_of_birth=x&reason=short"),
                ("/residents/emergencies/new", "full_name=&room=&date_of_birth=&reason=short"),
                ("/residents/emergencies/\(scene.emergency)/review", "is_justified=&words="),
                ("/residents/emergencies/\(scene.emergency)/review", "is_justified=no&words="),
                ("/residents/\(scene.resident)/needs", "kind=other&words=&sharing=agreed"),
                ("/residents/\(scene.resident)/needs/\(scene.need)/review", "outcome=not_met&note="),
                ("/residents/\(scene.resident)/needs/\(scene.need)/end", "reason="),
                ("/residents/\(scene.resident)/photo/removal", "version=99"),
                ("/professionals/new", "full_name=&role=nobody&register=x&email=x"),
                ("/professionals/new", "full_name=&role=gp&registration_number=1&telephone=x"),
                ("/professionals/\(scene.professional)/edit", "full_name=&role=gp&version=1"),
                ("/professionals/\(scene.professional)/edit", "full_name=Typed&role=gp&version=99"),
                ("/professionals/\(scene.professional)/end", "reason="),
                ("/residents/\(scene.resident)/professionals", "professional=&since=x"),
                ("/residents/\(scene.resident)/professionals", "professional=\(scene.unlinked)&since=2999-01-01"),
                ("/staff/\(scene.staff)/roles", "role=&place=&from=x&until=y"),
                ("/staff/\(scene.staff)/roles/\(scene.role)/end", "until=2020-01-01&version=1"),
                ("/staff/\(scene.staff)/roles/\(scene.role)/end", "until=x&version=1"),
                ("/staff/\(scene.staff)/roles/\(scene.role)/end", "until=2099-01-01&version=99"),
                ("/staff/\(scene.staff)/roles/\(scene.role)/removal", "version=99"),
                ("/homes", "name=&tint=none&time_zone=x&position=x"), ("/homes/name", "name=&version=1"),
                ("/homes/\(scene.home)/edit", "name=&tint=rowan&time_zone=Europe/London&version=1"),
                ("/homes/\(scene.home)/edit", "name=New&tint=rowan&time_zone=Europe/London&version=99"),
                ("/homes/\(scene.home)/units", "name=&position=0"),
                ("/homes/\(scene.home)/units/\(scene.unit)/edit", "name=New&position=5&version=99"),
                ("/staff/invite", "name=&role=nobody&place=nowhere&until=x"),
            ] {
                let answer = try await asking.send(.post, path, form, "\(fields)&\(hidden)", as: someone)
                answers.append(("\(someone.part): POST \(path) \(fields)", answer))
            }
            let upload = "/residents/\(scene.resident)/photo"
            let nothing = Asking.multipart(Asking.hidden(someone) + [("version", "\(scene.photo)")], photo: [])
            let answer = try await asking.send(
                .post, upload, [.contentType: Asking.multipart, .accept: "text/html"], bytes: nothing, as: someone)
            answers.append(("\(someone.part): POST \(upload)", answer))
        }
        for path in ["/sign-in", "/sign-in?next=/messages", "/invitation/nothing", "/offline", "/api-docs", "/nothing"]
        {
            answers.append((path, try await asking.send(.get, path, [.accept: "text/html"], as: nil)))
        }
        return answers
    }

    /// What somebody typed who read the page long ago.
    private static func stale(_ scene: Scene) -> String {
        "full_name=Typed&place=\(scene.home)&room=99&moved_in_on=2026-02-02&status=died&died_on=2026-11-20&version=99"
    }

    @Test func `every page gets what its template asks for, and is whole`() async throws {
        let reader = try TemplateReader(directory: TestAssets.own.appending(path: "templates"))
        let rendered = NIOLockedValueBox<[Rendered]>([])
        try await Templates.$reader.withValue({ name, content in
            let page = Rendered(template: name, model: PageModel(content))
            rendered.withLockedValue { $0.append(page) }
        }) {
            try await withProduct { asking, wcc in
                let world = try await World(in: wcc, mark: "pages")
                var pages = 0
                for (what, answer) in try await self.crawl(asking, world) {
                    guard answer.headers[.contentType]?.hasPrefix("text/html") == true else { continue }
                    let html = HTML(answer.text)
                    let isPiece = what.contains("/since/") && answer.status == .ok
                    let faults = isPiece ? html.pieceFaults : html.pageFaults
                    #expect(faults == [], "\(what)")
                    if answer.status == .unprocessableContent {
                        #expect(answer.text.contains("<title>Error: ") || answer.text.contains(") Error: "), "\(what)")
                    }
                    if !isPiece { pages += 1 }
                }
                #expect(pages > 80)
            }
        }
        let pages = rendered.withLockedValue { $0 }
        #expect(Set(pages.map(\.template)).count >= 11, "\(Set(pages.map(\.template)))")
        var problems: Set<String> = []
        for page in pages {
            for name in reader.unknown(in: page.template, given: page.model) { problems.insert("nobody gives \(name)") }
            for misfit in page.model.misfits() { problems.insert("\(page.template): \(misfit)") }
            let promised = try self.promised(page.template)
            // What is given and nobody asks for does no harm.
            for (place, keys) in page.model.shape() {
                let missing = promised[place, default: []].subtracting(keys).sorted()
                if !missing.isEmpty { problems.insert("\(page.template)\(place): without \(missing)") }
            }
        }
        #expect(problems == [])
    }
}
