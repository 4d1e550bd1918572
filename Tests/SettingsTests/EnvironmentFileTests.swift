import Testing

@testable import Settings

@Suite struct EnvironmentFileTests {
    @Test(arguments: [
        ("A=1", "1"),
        ("  A  =  1  ", "1"),
        ("export A=1", "1"),
        ("A=", ""),
        ("A=1\r", "1"),
        ("\u{FEFF}A=1", "1"),
        ("A=b=c==", "b=c=="),
        ("A=b#c", "b#c"),
        ("A=b # comment", "b"),
        ("A=# comment", ""),
        ("A='b # c'", "b # c"),
        ("A='b' # comment", "b"),
        (#"A='b\n"c"'"#, #"b\n"c""#),
        (#"A="b\n\"c\" \$d \\""#, "b\n\"c\" $d \\"),
        (#"A="  b  ""#, "  b  "),
        (#"A="it's""#, "it's"),
        ("A=$HOME", "$HOME"),
        ("A=Zoë", "Zoë"),
    ])
    func `a line gives a name its value`(line: String, value: String) {
        let file = EnvironmentFile(line)
        #expect(file.entries == ["A": .init(text: value, line: 1)])
        #expect(file.faults.isEmpty)
    }

    @Test(arguments: [
        "A", "=1", "1A=1", "A B=1", "A-B=1", "Ä=1", "A='b", "A=\"b", #"A="b\"#, #"A="b\x""#, "A='b'c", "export =1",
        ": A=1",
    ])
    func `a line that means nothing is a fault that does not quote it`(line: String) throws {
        let file = EnvironmentFile("\n# first\n\(line)\n")
        #expect(file.entries.isEmpty)
        let fault = try #require(file.faults.first)
        #expect(file.faults.count == 1)
        #expect(fault.line == 3)
        let canary = EnvironmentFile(line.replacing("b", with: "CANARY").replacing("1", with: "CANARY"))
        for fault in canary.faults { #expect(!"\(fault.fault)\(fault.fix)".contains("CANARY")) }
    }

    @Test func `blank lines and comments are nothing`() {
        let file = EnvironmentFile("\n   \n\t\n# A=1\n   # B=2\r\n")
        #expect(file.entries.isEmpty && file.faults.isEmpty)
    }

    @Test func `a name given twice is a fault, and the first value stays`() {
        let file = EnvironmentFile("A=1\nB=2\nA=3")
        #expect(file.entries["A"]?.text == "1")
        #expect(file.faults.map(\.line) == [3])
        #expect(file.faults.first?.fault.contains("after line 1") == true)
    }

    @Test func `any bytes are read without ending the process`() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("A=\"'\\#\n\r \t$éxport1")
        for _ in 0..<5_000 {
            let text = String((0..<Int.random(in: 0...24, using: &random)).compactMap { _ in alphabet.randomElement() })
            let file = EnvironmentFile(text)
            #expect(file.entries.keys.allSatisfy { !$0.isEmpty && !$0.contains(" ") })
        }
    }
}
