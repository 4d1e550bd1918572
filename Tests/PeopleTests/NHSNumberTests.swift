import Foundation
import Kernel
import People
import Testing

/// The check digit, as the NHS data dictionary has it.
@Suite struct NHSNumberTests {
    @Test(arguments: [
        "9434765919", "943 476 5919", "943-476-5919", " 9434765870 ", "9449306753", "9000000009", "9990000018",
        "9990000026", "9990000034", "9990000050",
    ])
    func `a number whose digits add up is taken, however it is grouped`(_ typed: String) throws {
        let number = try #require(NHSNumber(typed))
        #expect(number.digits == typed.filter(\.isNumber))
        #expect(number.description.split(separator: " ").map(\.count) == [3, 3, 4])
        #expect(try JSONDecoder().decode(NHSNumber.self, from: JSONEncoder().encode(number)) == number)
    }

    @Test(arguments: [
        "9434765918", "9434765828", "1234567890", "9990123450", "9990000000", "", "943476591", "94347659190",
        "943476591x", "٩٤٣٤٧٦٥٩١٩", "943.476.5919", "-9434765919+",
    ])
    func `anything else is refused`(_ typed: String) { #expect(NHSNumber(typed) == nil) }

    @Test func `ten equal digits add up, and are nobody’s`() {
        for digit in 0...9 { #expect(NHSNumber(String(repeating: "\(digit)", count: 10)) == nil) }
    }

    /// Ten is no digit: no last digit makes such a number whole.
    @Test func `a stem whose check digit would be ten has no number`() {
        for last in 0...9 { #expect(NHSNumber("999000000\(last)") == nil) }
    }

    @Test func `any one digit mistyped is noticed, and any two neighbours in the wrong order`() throws {
        let digits = Array("9990000018")
        for place in digits.indices {
            for other in "0123456789" where other != digits[place] {
                var wrong = digits
                wrong[place] = other
                #expect(NHSNumber(String(wrong)) == nil)
            }
            guard place + 1 < digits.count, digits[place] != digits[place + 1] else { continue }
            var wrong = digits
            wrong.swapAt(place, place + 1)
            #expect(NHSNumber(String(wrong)) == nil)
        }
    }
}
