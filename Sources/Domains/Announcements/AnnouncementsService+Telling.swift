import Accounts
import FoundationEssentials
import Jobs
package import Kernel
import Postgres
import Web

/// What runs after an announcement was accepted, chunk by chunk.
///
/// A chunk is one transaction: its receipts, how far the telling is, the notices, and the job for the next chunk.
/// Killed before the commit, nothing of it was; after it, the job runs once more and finds that its chunk is done.
extension AnnouncementsService {
    /// Tells one chunk; returns whether it did.
    ///
    /// The announcement is held meanwhile, so two workers with the same chunk come one after the other.
    @discardableResult
    package func tell(_ job: TellPeople, in tenant: Identifier<Organisation>) async throws -> Bool {
        try await self.database.transaction(as: .tenant(tenant), lockTimeout: .seconds(5)) { tx in
            guard let row = try self.store.row(job.announcement, for: nil, holding: true, in: tx),
                row.chunks == job.chunk, row.toldAt == nil, row.state == "current"
            else { return false }
            let people = try self.accounts.next(
                row.audience, after: row.toldThrough, limit: self.chunk, in: tx)
            let isLast = people.count < self.chunk
            try self.store.tell(people, of: row, isLast: isLast, at: self.source.now(), in: tx)
            if !isLast {
                let next = TellPeople(announcement: row.id, chunk: job.chunk + 1)
                try self.jobs.enqueue(next, key: next.key, in: tx)
            }
            // The author sees how far it is.
            self.inbox.deliver(
                Notice("announcements.announced", row.id), to: Set(people + [row.author]), in: tenant, at: tx)
            return true
        }
    }

    /// Tells one chunk again; twice does no harm.
    func tellAgain(_ job: TellAgain, in tenant: Identifier<Organisation>) async throws {
        try await self.database.transaction(as: .tenant(tenant)) { tx in
            let people = try self.store.told(
                job.announcement, unconfirmedOnly: job.cause != .withdrawn, after: job.after, limit: self.chunk, in: tx)
            if people.count == self.chunk {
                let next = TellAgain(announcement: job.announcement, cause: job.cause, after: people.last)
                try self.jobs.enqueue(next, key: next.key, in: tx)
            }
            self.inbox.deliver(
                Notice("announcements.changed", job.announcement), to: Set(people), in: tenant, at: tx)
        }
    }
}

extension AnnouncementsStore.Row {
    /// Whom it is for, as of when it was accepted: whoever comes later was not there to be told.
    var audience: RoleHolders {
        RoleHolders(
            of: self.roles.isEmpty ? Role.staff : Set(self.roles).intersection(Role.staff), at: self.place,
            on: self.announcedAt, but: self.author)
    }
}
