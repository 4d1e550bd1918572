/// What one migration does, statement by statement.
struct MigrationReading {
    let isTransactional: Bool
    private var made: Set<String> = []
    private var protected: Set<String> = []
    private var unvalidated: Set<String> = []

    init(isTransactional: Bool) { self.isTransactional = isTransactional }

    /// Notes what later judgements rest on, wherever in the migration it stands.
    mutating func learn(_ statement: SQLReader) {
        var reader = statement
        if reader.take("select"), reader.take("app", ".", "protect", "("), let table = reader.next {
            self.protected.insert(table.text)
        }
        reader = statement
        if Self.takeCreateTable(&reader) { self.made.insert(reader.name()) }
        reader = statement
        if reader.take("alter", "table"), reader.contains("not", "valid") {
            reader.take("if", "exists")
            reader.take("only")
            self.unvalidated.insert(reader.name())
        }
    }

    func rules(brokenBy statement: SQLReader) -> [MigrationLinter.Rule] {
        var reader = statement
        let first = reader.next?.text ?? ""
        reader.skip()
        switch first {
        case "create": return self.rulesOfCreate(reader)
        case "alter": return self.rulesOfAlter(reader)
        case "drop": return self.rulesOfDrop(reader)
        case "update", "truncate", "delete":
            reader.take("from")
            reader.take("table")
            reader.take("only")
            return self.isInUse(reader.name()) ? [.rows] : []
        case "lock", "cluster", "vacuum": return [.exclusive]
        case "reindex", "refresh": return reader.contains("concurrently") ? [] : [.exclusive]
        case "begin", "commit", "rollback", "abort", "end", "start", "savepoint", "release", "reset", "discard":
            return [.ends]
        case "set": return reader.isAt("local") || reader.isAt("constraints") ? [] : [.ends]
        default: return []
        }
    }

    private func isInUse(_ table: String) -> Bool { !self.made.contains(table) }

    private static func takeCreateTable(_ reader: inout SQLReader) -> Bool {
        guard reader.take("create") else { return false }
        reader.take("unlogged")
        guard reader.take("table") else { return false }
        reader.take("if", "not", "exists")
        return true
    }

    // MARK: - CREATE

    private func rulesOfCreate(_ statement: SQLReader) -> [MigrationLinter.Rule] {
        var reader = statement
        if reader.take("type") { return reader.contains("as", "enum") ? [.enumeration] : [] }
        reader.take("unique")
        if reader.take("index") {
            let isConcurrent = reader.take("concurrently")
            while reader.next != nil, !reader.isAt("on") { reader.skip() }
            reader.take("on")
            reader.take("only")
            if isConcurrent { return self.isTransactional ? [.indexAlone] : [] }
            return self.isInUse(reader.name()) ? [.index] : []
        }
        reader = SQLReader([SQLToken(kind: .word, text: "create")] + statement.rest)
        return Self.takeCreateTable(&reader) ? self.rulesOfTable(reader) : []
    }

    private func rulesOfTable(_ statement: SQLReader) -> [MigrationLinter.Rule] {
        var reader = statement
        let table = reader.name()
        // A partition has its parent's columns and keys; `app.protect` of the parent reaches it.
        guard reader.take("(") else { return [] }
        let items = reader.list()
        guard items.contains(where: { $0.isAt("tenant_id") }) else { return [] }
        var rules: [MigrationLinter.Rule] = self.protected.contains(table) ? [] : [.unprotected]
        let hasKey = items.contains { item in
            if item.isAt("tenant_id") { return item.contains("primary", "key") }
            return item.contains("primary", "key", "(", "tenant_id")
        }
        if !hasKey { rules.append(.key) }
        return rules
    }

    // MARK: - ALTER

    private func rulesOfAlter(_ statement: SQLReader) -> [MigrationLinter.Rule] {
        var reader = statement
        if reader.isAt("type") { return [.enumeration] }
        guard reader.take("table") else {
            return reader.contains("rename", "to") || reader.contains("set", "schema") ? [.renamed] : []
        }
        reader.take("if", "exists")
        reader.take("only")
        let table = reader.name()
        return reader.list().flatMap { action -> [MigrationLinter.Rule] in
            if action.isAt("disable", "row") || action.isAt("no", "force") { return [.opened] }
            if action.isAt("validate"), self.unvalidated.contains(table) { return [.validatedTooSoon] }
            return self.isInUse(table) ? Self.rules(brokenBy: action) : []
        }
    }

    /// One action of an `ALTER TABLE` on a table in use.
    private static func rules(brokenBy action: SQLReader) -> [MigrationLinter.Rule] {
        var reader = action
        if reader.take("add") { return Self.rules(adding: reader) }
        if reader.isAt("rename") || reader.isAt("set", "schema") { return [.renamed] }
        if reader.isAt("set", "logged") || reader.isAt("set", "unlogged") || reader.isAt("set", "tablespace") {
            return [.rewrite]
        }
        if reader.take("drop") { return reader.isAt("constraint") ? [] : [.dropped] }
        guard reader.take("alter") else { return [] }
        reader.take("column")
        _ = reader.name()
        if reader.isAt("type") || reader.isAt("set", "data", "type") { return [.changedType] }
        if reader.isAt("set", "not", "null") { return [.setNotNull] }
        return []
    }

    private static func rules(adding statement: SQLReader) -> [MigrationLinter.Rule] {
        var reader = statement
        if reader.take("constraint") { _ = reader.name() }
        if reader.isAt("check", "(") || reader.isAt("foreign", "key") {
            return reader.contains("not", "valid") ? [] : [.unchecked]
        }
        if reader.isAt("primary", "key") || reader.isAt("unique") {
            return reader.contains("using", "index") ? [] : [.index]
        }
        if reader.isAt("exclude") { return [.index] }

        reader.take("column")
        reader.take("if", "not", "exists")
        _ = reader.name()
        var rules: [MigrationLinter.Rule] = []
        let hasDefault = reader.contains("default")
        if ["serial", "bigserial", "smallserial"].contains(reader.next?.text ?? "") || reader.contains("generated")
            || (hasDefault && Self.isVolatile(reader))
        {
            rules.append(.rewrite)
        } else if reader.contains("not", "null"), !hasDefault {
            rules.append(.requiredColumn)
        }
        if reader.contains("references") || reader.contains("check", "(") { rules.append(.unchecked) }
        if reader.contains("primary", "key") || reader.contains("unique") { rules.append(.index) }
        return rules
    }

    /// Whether a default calls anything that may answer differently for each row.
    private static func isVolatile(_ column: SQLReader) -> Bool {
        let harmless: Set = [
            "now", "transaction_timestamp", "statement_timestamp", "varchar", "char", "character", "numeric", "decimal",
            "timestamp", "timestamptz", "interval", "check", "references", "lower", "upper",
        ]
        var reader = column
        while reader.next != nil, !reader.isAt("default") { reader.skip() }
        reader.skip()
        var before: SQLToken?
        while let token = reader.next, !reader.isAt("check", "("), !reader.isAt("references") {
            if token.text == "(", token.kind == .sign, let name = before, name.kind == .word || name.kind == .quoted,
                !harmless.contains(name.text)
            {
                return true
            }
            before = token
            reader.skip()
        }
        return false
    }

    // MARK: - DROP

    private func rulesOfDrop(_ statement: SQLReader) -> [MigrationLinter.Rule] {
        var reader = statement
        if reader.take("index") { return reader.take("concurrently") ? [] : [.exclusive] }
        if reader.isAt("policy") { return [.opened] }
        if reader.isAt("trigger") || reader.isAt("owned") { return [] }
        reader.skip()
        reader.take("if", "exists")
        return self.isInUse(reader.name()) ? [.dropped] : []
    }
}
