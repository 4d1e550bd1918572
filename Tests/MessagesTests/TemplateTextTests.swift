import Testing

@testable import Messages

@Suite struct TemplateTextTests {
    @Test(arguments: [
        ("No field", []), ("{{a}}", ["a"]), ("{{ a b }} and {{c}}, {{a b}}", ["a b", "c"]), ("{ } } {", []),
        ("{{é}}{{👍🏽 well?}}", ["é", "👍🏽 well?"]), ("{{resident}} at {{time}}", ["resident", "time"]),
    ])
    func `fields are what stands between two braces, each once`(_ body: String, _ fields: [String]) throws {
        #expect(try TemplateText(body).fields == fields)
    }

    @Test(arguments: ["{{", "}}", "{{a", "a}}", "{{}}", "{{ }}", "{{a\nb}}", "{{{a}}}", "{{a{{b}}", "{{a}} }}"])
    func `braces that make no field are refused`(_ body: String) {
        #expect(throws: TemplateText.Fault.brokenField) { try TemplateText(body) }
    }

    @Test func `a field and their number have a limit`() throws {
        let label = String(repeating: "é", count: 60)
        #expect(try TemplateText("{{\(label)}}").fields == [label])
        #expect(throws: TemplateText.Fault.longField) { try TemplateText("{{\(label)x}}") }
        let many = (0..<12).map { "{{f\($0)}}" }.joined()
        #expect(try TemplateText(many + "{{f1}}").fields.count == 12)
        #expect(throws: TemplateText.Fault.manyFields) { try TemplateText(many + "{{one more}}") }
    }

    @Test func `what is filled in is text, and not looked through for fields`() throws {
        let text = try TemplateText("{{a}} {{b}} {{a}}!")
        #expect(text.filled(["a": "{{b}}", "b": "<b>$0\\1</b>"]) == "{{b}} <b>$0\\1</b> {{b}}!")
    }

    /// Whatever is typed, nothing traps, and what is a template says all of its text.
    @Test func `any text is a template or is refused`() {
        let pieces = ["{", "}", "{{", "}}", "a", " ", "\n", "👨‍👩‍👧", "\u{301}", "\r\n"]
        for _ in 0..<5_000 {
            let body = (0..<Int.random(in: 0...10)).compactMap { _ in pieces.randomElement() }.joined()
            guard let text = try? TemplateText(body) else { continue }
            let values = Dictionary(text.fields.map { ($0, "{{\($0)}}") }) { first, _ in first }
            let said = text.filled(values)
            #expect(said.filter { !$0.isWhitespace } == body.filter { !$0.isWhitespace }, "\(body)")
        }
    }
}
