import Foundation
import NIOConcurrencyHelpers

/// Says that a folder is in use, until it is let go or this process ends, in whatever way.
///
/// A lock of the kernel's, not a file with a number in it: that one would outlive `kill -9`.
final class FolderLock: Sendable {
    private let descriptor: NIOLockedValueBox<Int32?>

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
        self.descriptor = NIOLockedValueBox(descriptor)
        // For the sentence above only; the lock itself is what counts.
        let number = "\(getpid())\n"
        ftruncate(descriptor, 0)
        _ = number.withCString { write(descriptor, $0, strlen($0)) }
    }

    deinit { self.release() }

    /// Lets go, even if a child that is only just being started still has the file open.
    func release() {
        self.descriptor.withLockedValue { descriptor in
            guard let open = descriptor else { return }
            flock(open, LOCK_UN)
            close(open)
            descriptor = nil
        }
    }
}
