import Kernel

/// What one process has written about who is here, and so what it has still to write.
///
/// A value without a clock or a database, because all that can go wrong is in here: a write may fail after it was done,
/// and whoever has gone may be back before anybody has noted it.
struct PresenceBook: Sendable {
    /// What is to be written about one organisation.
    struct Change: Sendable {
        let tenant: Identifier<Organisation>
        var came: [Identifier<Person>] = []
        var gone: [Identifier<Person>] = []
        /// Everybody who is there once it is written, for a database that has forgotten.
        var standing: [Identifier<Person>] = []
    }

    private struct Line {
        /// Whether it is known to be in the database; while it is not, it may be there or not.
        var isSure = false
        var awaySince: ContinuousClock.Instant?
    }

    private var lines: [Identifier<Organisation>: [Identifier<Person>: Line]] = [:]

    /// What is to be written; until ``settle(_:)`` it counts as neither written nor not.
    ///
    /// - Parameters:
    ///   - here: Who is here now.
    ///   - now: When that is.
    ///   - grace: How long somebody must have been away to have gone.
    ///   - isBeat: Whether an organisation in which nothing has changed is to be written, too.
    /// - Returns: One change for each organisation that is to be written.
    mutating func changes(
        to here: Set<Recipient>, at now: ContinuousClock.Instant, grace: Duration, isBeat: Bool
    ) -> [Change] {
        for one in here { self.lines[one.tenant, default: [:]][one.person, default: Line()].awaySince = nil }
        var changes: [Change] = []
        for (tenant, people) in self.lines {
            var change = Change(tenant: tenant)
            for (person, line) in people {
                if here.contains(Recipient(person, in: tenant)) {
                    change.standing.append(person)
                    if !line.isSure { change.came.append(person) }
                    continue
                }
                let since = line.awaySince ?? now
                self.lines[tenant]?[person]?.awaySince = since
                if since + grace <= now {
                    change.gone.append(person)
                    self.lines[tenant]?[person]?.isSure = false
                } else if line.isSure {
                    change.standing.append(person)
                }
            }
            let isNews = !change.came.isEmpty || !change.gone.isEmpty
            if isNews || (isBeat && !change.standing.isEmpty) { changes.append(change) }
        }
        return changes
    }

    /// Once a change is durable.
    mutating func settle(_ change: Change) {
        for person in change.standing { self.lines[change.tenant]?[person]?.isSure = true }
        for person in change.gone { self.lines[change.tenant]?[person] = nil }
        if self.lines[change.tenant]?.isEmpty == true { self.lines[change.tenant] = nil }
    }
}
