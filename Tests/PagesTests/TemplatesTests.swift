import Foundation
import TestKit
import Testing

@testable import Web

/// Every template with every sample of what it is given; the samples are the contract with the Swift that gives it.
@Suite struct TemplatesTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let template: String
        let state: String
        let file: URL
        var testDescription: String { "\(self.template), \(self.state)" }
    }

    static let folder = URL(filePath: #filePath).appending(path: "../Models").standardized
    static let samples: [Sample] = {
        let files = FileManager.default.enumerator(at: Self.folder, includingPropertiesForKeys: nil)
        var samples: [Sample] = []
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "json" else { continue }
            let name = file.standardized.deletingPathExtension()
            let path = String(name.deletingPathExtension().path.dropFirst(Self.folder.path.count).drop { $0 == "/" })
            samples.append(Sample(template: path, state: name.pathExtension, file: file))
        }
        return samples.sorted { $0.testDescription < $1.testDescription }
    }()
    static let reader = Result { try TemplateReader(directory: TestAssets.own.appending(path: "templates")) }

    @Test func `every page has a full and an empty sample`() throws {
        let states = Dictionary(grouping: Self.samples, by: \.template).mapValues { Set($0.map(\.state)) }
        #expect(states.count > 10)
        for (template, states) in states { #expect(states.isSuperset(of: ["full", "empty"]), "\(template)") }
        let parts: Set<String> = ["layout-shell", "layout-plain", "messages/_list", "messages/_row", "today/_home"]
        let pages = try Self.reader.get().names.filter { !$0.hasPrefix("parts/") }.subtracting(parts)
        #expect(pages.subtracting(["today/_urgent"]) == Set(states.keys))
    }

    @Test(arguments: Self.samples) func `a template asks for nothing that it is not given`(_ sample: Sample) throws {
        let model = try PageModel(json: try Data(contentsOf: sample.file))
        let reader = try Self.reader.get()
        #expect(reader.unknown(in: sample.template, given: model) == [])
        #expect(model.misfits() == [])
    }

    @Test(arguments: Self.samples) func `a page is whole, and its forms carry token and key`(_ sample: Sample) throws {
        let folder = try TestAssets.directory()
        let templates = try Templates(
            directory: "\(folder)/templates", icons: Icons(directory: "\(folder)/vendor/icons"))
        let model = try #require(
            try JSONSerialization.jsonObject(with: try Data(contentsOf: sample.file)) as? [String: Any])
        let html = HTML(try templates.render(sample.template, model))
        #expect(html.elements.isEmpty == (sample.testDescription == "messages/_messages, empty"))
        let isPiece = sample.template.contains("/_")
        #expect((isPiece ? html.pieceFaults : html.pageFaults) == [])
    }

    @Test func `samples of one page have the same keys at the same places`() throws {
        for (template, samples) in Dictionary(grouping: Self.samples, by: \.template) {
            let shapes = try samples.map { try PageModel(json: try Data(contentsOf: $0.file)).shape() }
            for place in Set(shapes.flatMap(\.keys)) {
                let keys = Set(shapes.compactMap { $0[place] })
                #expect(keys.count == 1, "\(template)\(place): \(keys)")
            }
        }
    }

    @Test func `the reader finds what nobody gives, and the checker what is badly written`() throws {
        let reader = try Self.reader.get()
        let file = try #require(Self.samples.first { $0.testDescription == "messages/receipts, full" }?.file)
        guard case .object(var model) = try PageModel(json: try Data(contentsOf: file)) else {
            Issue.record("the sample is no object")
            return
        }
        model["summary"] = nil
        #expect(reader.unknown(in: "messages/receipts", given: .object(model)) == ["{{summary}} in messages/receipts"])
        let bad = HTML(#"<p id="a"><b id="a"></p><form method="post" action=""><input name=x></form><a onclick="y">"#)
        #expect(bad.pieceFaults.count >= 7)
        #expect(HTML("<p>fine <br> so far</p>").pieceFaults == [])
    }
}
