import Foundation
import Kernel

/// A log file that is put aside when it is full, and thrown away when it is old.
///
/// Every failure is survived: lines that cannot be written are given up, what was written of them is cut off again, and
/// the file is opened anew a second later.
struct LogFile: LogOutput {
    private let folder: String
    private let path: String
    private let stem: String
    private let rotateAt: Int
    private let keep: TimeInterval
    private var descriptor: Int32 = -1
    private var size = 0
    /// The size at which it is put aside.
    private var full = 0
    private var retryAt = ContinuousClock.now
    private var checkAt = ContinuousClock.now
    private var complainAt = ContinuousClock.now

    init(folder: String, name: String, rotateAt: Int, keep: Duration) {
        self.folder = folder
        self.path = "\(folder)/\(name)"
        self.stem = name.hasSuffix(".log") ? String(name.dropLast(4)) : name
        self.rotateAt = rotateAt
        self.keep = keep / .seconds(1)
    }

    mutating func write(_ lines: [[UInt8]]) -> Int {
        guard self.isOpen() else { return 0 }
        var written = 0
        for chunk in lines.chunks(of: min(64 << 10, self.rotateAt)) {
            if self.size > 0, self.size + chunk.bytes.count > self.full { self.rotate() }
            guard self.descriptor >= 0 else { break }
            let (count, error) = Blocking.write(chunk.bytes, to: self.descriptor)
            guard error == 0 else {
                if count > 0 { _ = ftruncate(self.descriptor, off_t(self.size)) }
                self.fail("write to", error)
                break
            }
            self.size += count
            written += chunk.lines
        }
        return written
    }

    mutating func tidy() { self.removeOld() }

    mutating func close() {
        if self.descriptor >= 0 { _ = Foundation.close(self.descriptor) }
        self.descriptor = -1
    }

    // MARK: Opening

    private mutating func isOpen() -> Bool {
        let now = ContinuousClock.now
        if self.descriptor >= 0, now >= self.checkAt {
            self.checkAt = now + .seconds(1)
            // Somebody else may have moved or removed it.
            if self.identity(self.path) != self.identity(of: self.descriptor) { self.close() }
        }
        if self.descriptor < 0, now >= self.retryAt { self.open() }
        return self.descriptor >= 0
    }

    private mutating func open() {
        try? FileManager.default.createDirectory(
            atPath: self.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        self.descriptor = Foundation.open(self.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard self.descriptor >= 0 else { return self.fail("open", errno) }
        var status = stat()
        self.size = fstat(self.descriptor, &status) == 0 ? Int(status.st_size) : 0
        self.full = self.rotateAt
        self.checkAt = .now + .seconds(1)
        self.repairEnd()
        self.removeOld()
    }

    /// Ends a line that a killed process left unfinished.
    private mutating func repairEnd() {
        guard self.size > 0, let file = FileHandle(forReadingAtPath: self.path) else { return }
        defer { try? file.close() }
        try? file.seek(toOffset: UInt64(self.size - 1))
        guard let last = try? file.read(upToCount: 1), last.first != UInt8(ascii: "\n") else { return }
        self.size += Blocking.write([UInt8(ascii: "\n")], to: self.descriptor).count
    }

    private func identity(_ path: String) -> [UInt64]? {
        var status = stat()
        return stat(path, &status) == 0 ? [UInt64(status.st_dev), UInt64(status.st_ino)] : nil
    }

    private func identity(of descriptor: Int32) -> [UInt64]? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? [UInt64(status.st_dev), UInt64(status.st_ino)] : nil
    }

    // MARK: Putting aside

    /// `application.log` becomes `application.2026-11-22T140509Z.log`.
    private mutating func rotate() {
        var time: [UInt8] = []
        LogTime.now().append(to: &time)
        let stamp = String(decoding: time.prefix(19), as: UTF8.self).replacing(":", with: "") + "Z"
        var aside = "\(self.folder)/\(self.stem).\(stamp).log"
        var serial = 1
        while access(aside, F_OK) == 0 {
            serial += 1
            aside = "\(self.folder)/\(self.stem).\(stamp)-\(serial).log"
        }
        guard rename(self.path, aside) == 0 else {
            self.complain("put aside", errno)
            // A file that is too long is better than lines that are lost; the next try is as many bytes away.
            self.full = self.size + self.rotateAt
            return
        }
        self.close()
        self.open()
    }

    private func removeOld() {
        let limit = Date(timeIntervalSinceNow: -self.keep)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: self.folder)) ?? []
        for name in names where name.hasPrefix("\(self.stem).2") && name.hasSuffix(".log") {
            let path = "\(self.folder)/\(name)"
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            if let changed = attributes?[.modificationDate] as? Date, changed < limit { _ = unlink(path) }
        }
    }

    // MARK: Failing

    private mutating func fail(_ act: String, _ error: Int32) {
        self.close()
        self.retryAt = .now + .seconds(1)
        self.complain(act, error)
    }

    /// Standard error is the last place to say so; once a minute is enough.
    private mutating func complain(_ act: String, _ error: Int32) {
        guard ContinuousClock.now >= self.complainAt else { return }
        self.complainAt = .now + .seconds(60)
        let reason = String(cString: strerror(error))
        _ = Blocking.write(
            Array("wcc: cannot \(act) \(self.path): \(reason); log lines are being dropped\n".utf8), to: STDERR_FILENO)
    }
}
