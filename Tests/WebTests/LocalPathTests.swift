import Testing

@testable import Web

@Suite struct LocalPathTests {
    @Test(arguments: [
        "/", "/today", "/messages?show=unread&before=a-1", "/messages/1#m2", "/a//b", "/a?next=https://x",
    ])
    func `a path of ours may be gone to`(path: String) {
        #expect(localPath(path) == path)
    }

    @Test(arguments: [
        "", "today", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example", "/\n/evil.example", " /today", "/a b", "/é", "/today\r\nSet-Cookie: a=b", "/a\\b",
        "http:/today", "@evil.example", "/\u{7f}", ".//evil.example",
    ]) func `nothing that could lead elsewhere may`(path: String) {
        #expect(localPath(path) == nil)
    }

    @Test func `no path is none, and one without end is none`() {
        #expect(localPath(nil) == nil)
        #expect(localPath("/" + String(repeating: "a", count: 2_000)) == nil)
    }
}
