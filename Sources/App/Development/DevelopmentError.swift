/// Why `wcc dev` cannot go on, and what to do about it.
///
/// Each is one sentence for the person at the keyboard, hence the paths: this runs on their own machine.
package enum DevelopmentError: Error, Equatable, Sendable, CustomStringConvertible {
    case programsMissing
    case versionMissing(version: Int, folder: String)
    case noUnprivilegedUser
    case unreachable(folder: String, user: String)
    case belongsToAnother(folder: String)
    case alreadyRunning(folder: String, process: Int32?)
    case unusableSocketPath(path: String, limit: Int)
    case diskFull(folder: String)
    case cannotWrite(path: String, reason: String)
    case damaged(folder: String, reason: String)
    case didNotStart(reason: String, log: String)
    case databaseFailed(reason: String, log: String)
    case portTaken(Int)
    case portRefused(Int, reason: String)
    case programFailed(name: String, reason: String)

    package var description: String {
        switch self {
        case .programsMissing:
            "PostgreSQL is not installed; run `sudo apt-get install --no-install-recommends postgresql` and try again."
        case .versionMissing(let version, let folder):
            "The private database in \(folder) is of PostgreSQL \(version), which is not installed; install "
                + "postgresql-\(version), or move the folder away to begin with an empty one."
        case .noUnprivilegedUser:
            "PostgreSQL does not run as root, and there is no user `postgres` to run it as; run this as another user."
        case .unreachable(let folder, let user):
            "PostgreSQL does not run as root, and the user `\(user)` cannot reach \(folder); move the repository to "
                + "where other users may go, such as /srv, or run this as another user."
        case .belongsToAnother(let folder):
            "\(folder) belongs to another user, probably because an earlier run was with sudo; run it as that user "
                + "again, or move the folder away to begin with an empty one."
        case .alreadyRunning(let folder, let process):
            "`wcc dev` is already running in \(folder)\(process.map { " as process \($0)" } ?? ""); use that one, or "
                + "stop it first."
        case .unusableSocketPath(let path, let limit):
            "PostgreSQL's socket \(path) needs a path of at most \(limit) bytes and no comma; move the repository to a "
                + "shorter path, or name a shorter folder with --data."
        case .diskFull(let folder):
            "The disk that holds \(folder) is full; make room and try again, nothing that was saved is lost."
        case .cannotWrite(let path, let reason):
            "\(path) cannot be written: \(reason)."
        case .damaged(let folder, let reason):
            "The private database in \(folder) is damaged (\(reason)); move the folder away to begin with an empty one, "
                + "and keep it if what is in it matters."
        case .didNotStart(let reason, let log):
            "PostgreSQL did not start (\(reason)); \(log) has the details."
        case .databaseFailed(let reason, let log):
            "The private database does not work (\(reason)); \(log) has the details."
        case .portTaken(let port):
            "Port \(port) is taken by another program; choose another one, as in `make run PORT=\(port + 1)`."
        case .portRefused(let port, let reason):
            "Port \(port) cannot be used (\(reason)); choose another one, as in `make run PORT=8080`."
        case .programFailed(let name, let reason):
            "\(name) failed: \(reason)."
        }
    }
}
