import Foundation

/// Says that a folder is in use, for as long as this process lives, however it ends.
///
/// A lock of the kernel's, not a file with a number in it: that one would outlive `kill -9`.
final class FolderLock: Sendable {
    private let descriptor: Int32

    init(folder: String) throws(DevelopmentError) {
        let path = "\(folder)/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = errno
            if reason == ENOSPC { throw .diskFull(folder: folder) }
            if reason == EACCES { throw .belongsToAnother(folder: folder) }
            throw .cannotWrite(path: path, reason: String(cString: strerror(reason)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            let holder = try? String(contentsOfFile: path, encoding: .utf8)
            throw .alreadyRunning(
                folder: folder, process: holder.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
        }
        self.descriptor = descriptor
        // For the sentence above only; the lock itself is what counts.
        let number = "\(getpid())\n"
        ftruncate(descriptor, 0)
        _ = number.withCString { write(descriptor, $0, strlen($0)) }
    }

    deinit { close(self.descriptor) }
}
