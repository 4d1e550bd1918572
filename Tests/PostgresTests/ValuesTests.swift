import Foundation
import Kernel
import TestKit
import Testing

@testable import Postgres

private enum Urgency: String, SQLBindable, SQLReadable { case routine, sameDay = "same_day" }

@Suite(.database) struct ValuesTests {
    let scope = Scope.inside(.any(), person: nil)

    private func row(_ statement: SQL) async throws -> PostgresRow {
        let database = TestDatabase.current.open(size: 1)
        let row = try await database.read(as: self.scope, statement).first
        await database.shutDown()
        return try #require(row)
    }

    @Test func `values survive the round trip`() async throws {
        let id = UUID(), now = Date(timeIntervalSinceReferenceDate: 785_000_000.123456)
        let born = try #require(LocalDate("1938-02-28")), person = Identifier<Person>.any()
        let row = try await self.row(
            """
            SELECT \(id) AS id, \(person) AS person, \("é\n😀")::text AS t, \(String?.none)::text AS n, \(-42) AS i,
                \(-7)::int4 AS i4, \(300)::int2 AS i2, \(now) AS at, \(Blob([0, 1, 255])) AS b, \(Data([7])) AS d,
                \(true) AS yes, \(born) AS born, \(-0.1) AS x, \(1.5)::float4 AS x4, \(Urgency.sameDay)::text AS urgency
            """)
        #expect(try row.read("id", as: UUID.self) == id)
        #expect(try row.read("person", as: Identifier<Person>.self) == person)
        #expect(try row.read("t", as: String.self) == "é\n😀")
        #expect(try row.readIfPresent("n", as: String.self) == nil)
        #expect(try row.read("i", as: Int.self) == -42)
        #expect(try row.read("i4", as: Int.self) == -7)
        #expect(try row.read("i2", as: Int.self) == 300)
        #expect(abs(try row.read("at", as: Date.self).timeIntervalSince(now)) < 0.000_001)
        #expect(try row.read("b", as: Blob.self) == Blob([0, 1, 255]))
        #expect(try row.read("d", as: Data.self) == Data([7]))
        #expect(try row.read("yes", as: Bool.self))
        #expect(try row.read("born", as: LocalDate.self) == born)
        #expect(try row.read("x", as: Double.self) == -0.1)
        #expect(try row.read("x4", as: Double.self) == 1.5)
        #expect(try row.read("urgency", as: Urgency.self) == .sameDay)
    }

    @Test func `an empty value is not NULL`() async throws {
        let row = try await self.row("SELECT \(Blob([])) AS b, \("")::text AS t")
        #expect(try row.readIfPresent("b", as: Blob.self) == Blob([]))
        #expect(try row.readIfPresent("t", as: String.self) == "")
    }

    @Test func `arrays go both ways, with and without NULL`() async throws {
        let ids = [UUID(), UUID()], people = [Identifier<Person>.any()], day = try #require(LocalDate("2026-11-22"))
        let now = Date(timeIntervalSinceReferenceDate: 1_000)
        let row = try await self.row(
            """
            SELECT \(ids) AS ids, \(people) AS people, \(["a", "", "é'\\{}"]) AS texts, \([3, -5]) AS numbers,
                \([Int]()) AS none, \([true, nil, false] as [Bool?]) AS answers, \(["x", nil] as [String?]) AS names,
                \([UUID?.none]) AS nobody, \([day]) AS days, \([now, nil]) AS times, \([0.5]) AS doubles,
                \([Data([1]), Data()]) AS blobs, ARRAY[1, 2]::int4[] AS small, '{{1,2},{3,4}}'::int8[] AS square
            """)
        #expect(try row.read("ids", as: [UUID].self) == ids)
        #expect(try row.read("people", as: [Identifier<Person>].self) == people)
        #expect(try row.read("texts", as: [String].self) == ["a", "", "é'\\{}"])
        #expect(try row.read("numbers", as: [Int].self) == [3, -5])
        #expect(try row.read("none", as: [Int].self) == [])
        #expect(try row.read("answers", as: [Bool?].self) == [true, nil, false])
        #expect(try row.read("names", as: [String?].self) == ["x", nil])
        #expect(try row.read("nobody", as: [UUID?].self) == [nil])
        #expect(try row.read("days", as: [LocalDate].self) == [day])
        #expect(try row.read("times", as: [Date?].self) == [now, nil])
        #expect(try row.read("doubles", as: [Double].self) == [0.5])
        #expect(try row.read("blobs", as: [Data].self) == [Data([1]), Data()])
        #expect(try row.read("small", as: [Int].self) == [1, 2])
        #expect(throws: PostgresError.self) { try row.read("names", as: [String].self) }
        #expect(throws: PostgresError.self) { try row.read("square", as: [Int].self) }
    }

    @Test func `many rows are written by one statement`() async throws {
        let database = TestDatabase.current.open(size: 1)
        let table = try await makeTable("id uuid, name text, at timestamptz, urgent boolean, number bigint, born date")
        let ids = (0..<500).map { _ in UUID() }
        let names = ids.indices.map { $0 % 7 == 0 ? nil : "name \($0)" }
        let (written, tally) = try await Tally.count {
            try await database.transaction(as: self.scope) { tx in
                try tx.execute(
                    """
                    INSERT INTO \(unsafeText: table)
                    SELECT * FROM unnest(\(ids), \(names), \(ids.map { _ in Date() }),
                        \(ids.indices.map { $0 % 2 == 0 ? true : nil }), \(Array(ids.indices)),
                        \(ids.map { _ in LocalDate("1950-01-01") }))
                    RETURNING id, name
                    """
                ).map { try $0.read("id", as: UUID.self) }
            }
        }
        #expect(written == ids)
        #expect(tally.roundTrips == 2)
        #expect(tally.statements.count == 1)
        let nameless = try await database.read(
            as: self.scope, "SELECT count(*) AS n FROM \(unsafeText: table) WHERE name IS NULL")
        #expect(try nameless.first?.read("n", as: Int.self) == names.count { $0 == nil })
        await database.shutDown()
    }

    @Test func `an error of decoding names the column and both types, and never the value`() async throws {
        let row = try await self.row(
            """
            SELECT 'Edith'::text AS name, NULL::int8 AS number, 'infinity'::timestamptz AS at,
                1.5::numeric AS total, 'Edith'::text AS urgency
            """)
        func message<Value: SQLReadable>(_ column: String, as type: Value.Type) -> String? {
            do {
                _ = try row.read(column, as: type)
                return nil
            } catch {
                return "\(error)"
            }
        }
        #expect(
            message("name", as: Int.self) == "PostgresError(decoding, column name is text, Int was wanted)")
        #expect(
            message("number", as: Int.self) == "PostgresError(decoding, column number is NULL, Int was wanted)")
        #expect(
            message("number", as: UUID.self) == "PostgresError(decoding, column number is bigint, UUID was wanted)")
        #expect(
            message("at", as: Date.self)
                == "PostgresError(decoding, column at holds a timestamptz that Date cannot express)")
        #expect(
            message("total", as: Int.self) == "PostgresError(decoding, column total is numeric, Int was wanted)")
        #expect(
            message("urgency", as: Urgency.self)
                == "PostgresError(decoding, column urgency holds a text that Urgency cannot express)")
        #expect(message("nothing", as: Int.self) == "PostgresError(decoding, there is no column nothing)")
    }

    @Test func `a date is the same day in PostgreSQL, from the first year to the last`() async throws {
        let numbers =
            [-730_119, -730_118, -1, 0, 1, 58, 59, 60, 365, 366, 36_583, 2_921_939]
            + (0..<3_000).map { _ in Int.random(in: -730_119...2_921_939) }
        let dates = try numbers.map { try #require(LocalDate(daysSince2000: $0)) }
        #expect(dates.map(\.daysSince2000) == numbers)
        let row = try await self.row(
            """
            SELECT array_agg(to_char('2000-01-01'::date + n::int, 'YYYY-MM-DD') ORDER BY o) AS texts
            FROM unnest(\(numbers)) WITH ORDINALITY AS asked (n, o)
            """)
        #expect(try row.read("texts", as: [String].self) == dates.map(\.description))
        #expect(LocalDate(daysSince2000: -730_120) == nil)
        #expect(LocalDate(daysSince2000: 2_921_940) == nil)
        #expect(LocalDate(daysSince2000: .max) == nil)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300])
    func `a time that cannot be is refused by PostgreSQL and ends nothing`(_ seconds: Double) async throws {
        let error = await #expect(throws: PostgresError.self) {
            try await self.row("SELECT \(Date(timeIntervalSinceReferenceDate: seconds)) AS at")
        }
        #expect(error?.code == .server(sqlState: "22008"))
    }

    @Test func `what no server would take is refused here, and the connection goes on`() async throws {
        var limits = Database.Limits()
        limits.valueBytes = 1_000
        let database = TestDatabase.current.open(size: 1, limits: limits)
        let table = try await makeTable("body text")
        var many: SQL = "SELECT \(0)"
        for number in 1...Wire.maximumValues {
            many.parts += [.text(", "), .value(SQLValue(type: Int.sqlType, bytes: number.sqlBytes))]
        }
        let refused: [SQL] = [many, "SELECT \(Blob([UInt8](repeating: 0, count: 1_001)))", "SELECT \("a\u{0}b")"]
        for statement in refused {
            let error = await #expect(throws: PostgresError.self) {
                try await database.transaction(as: self.scope) { tx in
                    try tx.execute("INSERT INTO \(unsafeText: table) VALUES ('lost')")
                    try tx.execute(statement)
                }
            }
            #expect(error?.code == .unsendable)
            // Even as the very first statement, and even if the body goes on.
            try await database.transaction(as: self.scope) { tx in
                #expect(throws: PostgresError.self) { try tx.execute(statement) }
                try tx.execute("INSERT INTO \(unsafeText: table) VALUES ('kept')")
            }
        }
        let rows = try await database.read(as: self.scope, "SELECT DISTINCT body FROM \(unsafeText: table)")
        #expect(try rows.map { try $0.read("body", as: String.self) } == ["kept"])
        #expect(database.statistics.connectionsOpened == 1)
        #expect(Database.Limits().valueBytes == 1 << 30 - 1)
        await database.shutDown()
    }

    @Test func `bytes that are no array are refused, not believed`() {
        func array(_ words: [Int32]) -> [Int]? {
            words.flatMap { $0.bigEndianBytes }.withUnsafeBytes { [Int](sqlBytes: $0) }
        }
        #expect(array([0, 0, 20]) == [])
        #expect(array([1, 0, 20, 1, 1, 8, 0, 5]) == [5])
        #expect(array([]) == nil)
        #expect(array([1, 0, 20]) == nil)
        #expect(array([1, 0, 20, .max, 1]) == nil)
        #expect(array([1, 0, 20, -1, 1]) == nil)
        #expect(array([1, 0, 20, 1, 1, .max, 0, 5]) == nil)
        #expect(array([1, 0, 20, 1, 1, -2, 0, 5]) == nil)
        #expect(array([2, 0, 20, 1, 1, 1, 1, 8, 0, 5]) == nil)
        #expect(array([1, 0, 20, 1, 1, -1]) == nil)
        for _ in 0..<2_000 {
            _ = array((0..<Int.random(in: 0...9)).map { _ in [0, 1, 8, 20, -1, .max, .min].randomElement() ?? 0 })
        }
    }
}
