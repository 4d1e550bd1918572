import FoundationEssentials
import Web

/// Counts what happens again and again, so that whoever makes it happen cannot fill the disk with it.
///
/// The first of a kind, of one person or address and about one thing, is written at once; what follows in the same
/// minute is one row with a number when the minute is over. Beyond a number of different ones in a minute, those of a
/// kind are counted together.
struct SecurityBook: Sendable {
    struct Row: Sendable, Equatable {
        let notice: SecurityNotice
        let count: Int
    }

    private struct Entry: Sendable {
        let until: Date
        var count: Int
        var isWritten: Bool
    }

    /// How many different ones a minute has room for.
    let room: Int
    private var entries: [SecurityNotice: Entry] = [:]
    private static let minute: TimeInterval = 60

    init(room: Int = 500) { self.room = room }

    mutating func note(_ notice: SecurityNotice, at now: Date) { self.add(1, of: notice, at: now) }

    private mutating func add(_ count: Int, of notice: SecurityNotice, at now: Date) {
        var notice = notice
        if self.entries[notice] == nil, self.entries.count >= self.room {
            // There are few kinds, so these always find room.
            notice = SecurityNotice(notice.kind, rule: "many")
        }
        var entry =
            self.entries[notice] ?? Entry(until: now.addingTimeInterval(Self.minute), count: 0, isWritten: false)
        let (sum, isTooMany) = entry.count.addingReportingOverflow(count)
        entry.count = isTooMany ? .max : sum
        self.entries[notice] = entry
    }

    /// What is to be written now; with `isLast`, everything.
    mutating func take(at now: Date, isLast: Bool = false) -> [Row] {
        var rows: [Row] = []
        for (notice, entry) in self.entries {
            let isOver = entry.until <= now || isLast
            if entry.count > 0, isOver || !entry.isWritten { rows.append(Row(notice: notice, count: entry.count)) }
            if isOver {
                self.entries[notice] = nil
            } else {
                self.entries[notice] = Entry(
                    until: entry.until, count: entry.isWritten ? entry.count : 0, isWritten: true)
            }
        }
        return rows
    }

    /// What could not be written counts on.
    mutating func giveBack(_ rows: [Row], at now: Date) {
        for row in rows { self.add(row.count, of: row.notice, at: now) }
    }
}
