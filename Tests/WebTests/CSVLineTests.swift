import Testing

@testable import Web

@Suite struct CSVLineTests {
    @Test(arguments: [
        (["Ann", "Care assistant"], "Ann,Care assistant\r\n"), (["", ""], ",\r\n"),
        (["O\"Neill, Ann"], "\"O\"\"Neill, Ann\"\r\n"), (["two\nlines"], "\"two\nlines\"\r\n"),
        (["=1+1"], "\"'=1+1\"\r\n"), (["+44 113"], "\"'+44 113\"\r\n"), (["-2"], "\"'-2\"\r\n"),
        (["@SUM(A1)"], "\"'@SUM(A1)\"\r\n"), (["\t=1"], "\"'\t=1\"\r\n"), (["|calc"], "\"'|calc\"\r\n"),
        (["a=b"], "a=b\r\n"), (["=\"x\""], "\"'=\"\"x\"\"\"\r\n"),
    ])
    func `a value is text in a spreadsheet, whatever it begins with`(_ fields: [String], _ line: String) {
        #expect(CSVLine.text(fields) == line)
    }
}
