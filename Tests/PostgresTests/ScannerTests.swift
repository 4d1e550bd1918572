import Foundation
import Testing

@testable import Postgres

@Suite struct ScannerTests {
    private func words(_ text: String) -> [[String]] {
        SQLScanner.statements(of: text).map { $0.tokens.map(\.text) }
    }

    @Test(arguments: [
        ("SELECT 1; select 2", [["select", "1"], ["select", "2"]]),
        (";;SELECT 1;;", [["select", "1"]]),
        ("SELECT 'a;b''c' ; X", [["select", "a;b'c"], ["x"]]),
        ("SELECT E'a\\';b'; X", [["select", "a';b"], ["x"]]),
        ("SELECT 'a\\'; X", [["select", "a\\"], ["x"]]),
        ("SELECT \"A;\"\"b\"", [["select", "A;\"b"]]),
        ("DO $$ BEGIN; END $$; X", [["do", " BEGIN; END "], ["x"]]),
        ("DO $a$ $$ ; $b$ $a$ X", [["do", " $$ ; $b$ ", "x"]]),
        ("SELECT $1, a$b", [["select", "$", "1", ",", "a$b"]]),
        ("A -- ; '\nB; /* ; /* ' */ */ C", [["a", "b"], ["c"]]),
        ("SELECT 1.5e3, 'unfinished ;", [["select", "1.5e3", ",", "unfinished ;"]]),
        ("/* unfinished ;", []),
    ])
    func `quotes and comments hide what they hold`(_ text: String, _ expected: [[String]]) {
        #expect(self.words(text) == expected)
    }

    @Test func `a statement knows its line and its comments`() {
        let statements = SQLScanner.statements(of: "SELECT 1;\n\n-- why\n/* and\nhow */ SELECT\n2;\nSELECT 3")
        #expect(statements.map(\.line) == [1, 5, 7])
        #expect(statements.map(\.comments) == [[], [" why", " and\nhow "], []])
    }

    @Test func `no bytes end the process, and every word comes from the text`() {
        let alphabet = ["'", "\"", "$", "$$", "$a$", "--", "/*", "*/", ";", "\n", "\\", "E'", "a", "é", "1", "(", " "]
        for _ in 0..<3_000 {
            let text = (0..<Int.random(in: 0...40)).map { _ in alphabet.randomElement() ?? "" }.joined()
            for statement in SQLScanner.statements(of: text) {
                #expect(!statement.tokens.isEmpty)
                for token in statement.tokens where token.kind == .word || token.kind == .sign {
                    #expect(text.lowercased().contains(token.text))
                }
            }
        }
    }
}

@Suite struct StatementEffectTests {
    @Test(arguments: [
        "SELECT 1", "SET LOCAL lock_timeout = '1s'", "SET TRANSACTION READ ONLY", "SAVEPOINT a", "ROLLBACK TO a",
        "ROLLBACK TO SAVEPOINT a", "SELECT set_config('a', (SELECT b FROM c), true)",
        "SELECT pg_advisory_xact_lock(1)", "INSERT INTO t VALUES ('SET x', 'LISTEN')", "-- SET x\nSELECT 1",
        "CREATE TABLE t (temp text)", "UPDATE t SET role = 'x'", "DECLARE c CURSOR FOR SELECT 1",
    ])
    func `what ends with its transaction leaves the connection as it was`(_ text: String) {
        #expect(StatementEffect(of: text) == .none)
    }

    @Test(arguments: [
        "SET statement_timeout = 0", "set session x = 1", "SET ROLE postgres", "RESET ALL", "LISTEN a", "DO $$ $$",
        "/* x */ SET a = b", "SELECT set_config('a', 'b', false)", "SELECT set_config('a', f(true), false), true",
        "SELECT set_config('a', 'b', $1)", "SELECT pg_advisory_lock(1)", "SELECT x INTO TEMP t",
        "CREATE TEMPORARY TABLE t ()", "CREATE TEMP VIEW v AS SELECT 1", "PREPARE a AS SELECT 1",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1", "SELECT pg_try_advisory_lock(1)",
    ])
    func `what outlives its transaction is noticed`(_ text: String) {
        #expect(StatementEffect(of: text) == .leavesTraces)
    }

    @Test(arguments: [
        "BEGIN", "COMMIT", "end", "ROLLBACK", "ROLLBACK AND CHAIN", "ABORT", "START TRANSACTION",
        "PREPARE TRANSACTION 'a'", "/* */ COMMIT", "ROLLBACK WORK",
    ])
    func `what ends the transaction is noticed`(_ text: String) {
        #expect(StatementEffect(of: text) == .endsTransaction)
    }
}
