/// Says which statements of a migration would stop, slow or endanger a product that is in use.
///
/// Judged by the text alone, so that a test can read every module's migrations. What a statement does to a table made in
/// the same migration is nobody's trouble. Two comments before a statement answer for it, and must say why:
/// `-- contract: …`, nothing reads what goes any more; `-- empty: …`, no database in use has a row in the table yet.
package enum MigrationLinter {
    package enum Rule: String, Sendable, CaseIterable {
        case index = "an index on a table in use is made CONCURRENTLY"
        case indexAlone = "CONCURRENTLY needs a migration of its own that is not transactional"
        case alone = "a migration that is not transactional is a single statement"
        case requiredColumn = "a new column of a table in use is nullable or has a default"
        case rewrite = "this rewrites the whole table while everybody waits"
        case changedType = "a type is changed by a new column, never in place"
        case renamed = "a name is changed by adding the new one; old and new releases run side by side"
        case dropped = "what goes is named in a migration with the comment \"contract:\" and the reason"
        case unchecked = "a constraint on a table in use is added NOT VALID, and validated by a later migration"
        case validatedTooSoon = "a constraint is validated by a later migration than the one that adds it"
        case setNotNull = "SET NOT NULL reads the whole table; add a CHECK that is NOT VALID and validate it later"
        case enumeration = "a set of words is text with a CHECK, not an enum type"
        case unprotected = "a tenant's table is shut by app.protect in the migration that makes it"
        case key = "a tenant's table has a primary key that begins with tenant_id"
        case opened = "a tenant's table stays shut to other tenants"
        case rows = "rows of a table in use are changed by a job, in batches"
        case exclusive = "this locks a table in use for as long as it takes"
        case ends = "a migration does not begin or end its transaction, or change its session"

        /// The comment that answers for it.
        var excuse: String? {
            switch self {
            case .dropped, .renamed: "contract:"
            case .index, .requiredColumn, .rewrite, .changedType, .unchecked, .setNotNull, .rows, .exclusive: "empty:"
            default: nil
            }
        }
    }

    package struct Finding: Sendable, Hashable, CustomStringConvertible {
        package let migration: String
        package let line: Int
        package let rule: Rule
        package var description: String { "\(self.migration), line \(self.line): \(self.rule.rawValue)" }
    }

    package static func findings(in migrations: [Migration]) -> [Finding] {
        migrations.flatMap { Self.findings(in: $0) }
    }

    package static func findings(in migration: Migration) -> [Finding] {
        let statements = SQLScanner.statements(of: migration.sql).flatMap { Self.opened($0, depth: 3) }
        var reading = MigrationReading(isTransactional: migration.isTransactional)
        for statement in statements { reading.learn(SQLReader(statement.tokens)) }
        var findings: [Finding] = []
        func report(_ rule: Rule, _ statement: SQLStatement) {
            let isExcused = statement.comments.contains { comment in
                guard let excuse = rule.excuse else { return false }
                let words = comment.drop(while: \.isWhitespace)
                return words.hasPrefix(excuse) && words.dropFirst(excuse.count).contains { !$0.isWhitespace }
            }
            let finding = Finding(migration: migration.id, line: statement.line, rule: rule)
            if !isExcused, !findings.contains(finding) { findings.append(finding) }
        }
        if !migration.isTransactional, statements.count != 1 {
            report(.alone, statements.last ?? SQLStatement())
        }
        for statement in statements {
            for rule in reading.rules(brokenBy: SQLReader(statement.tokens)) { report(rule, statement) }
        }
        return findings
    }

    /// What a `DO` block and an `EXECUTE` hold is read too, as far as it is written out.
    private static func opened(_ statement: SQLStatement, depth: Int) -> [SQLStatement] {
        var inner: [String] = []
        if statement.tokens.first?.text == "do" { inner += statement.tokens.filter { $0.kind == .string }.map(\.text) }
        for (index, token) in statement.tokens.enumerated() where token.kind == .word && token.text == "execute" {
            let text = statement.tokens.dropFirst(index + 1).prefix(3).first { $0.kind == .string }
            if let text { inner.append(text.text) }
        }
        guard depth > 0, !inner.isEmpty else { return [statement] }
        let within = inner.flatMap { SQLScanner.statements(of: $0) }.flatMap { Self.split($0) }.map { found in
            SQLStatement(tokens: found.tokens, comments: found.comments + statement.comments, line: statement.line)
        }
        return [statement] + within.flatMap { Self.opened($0, depth: depth - 1) }
    }

    /// PL/pgSQL puts statements after `BEGIN`, `THEN`, `ELSE` and `LOOP` too.
    private static func split(_ statement: SQLStatement) -> [SQLStatement] {
        let parts = statement.tokens.split { token in
            token.kind == .word && ["begin", "then", "else", "loop"].contains(token.text)
        }
        // What closes a block is not what ends a transaction.
        return parts.filter { $0.first?.text != "end" }.map { part in
            SQLStatement(tokens: Array(part), comments: statement.comments, line: statement.line)
        }
    }
}
