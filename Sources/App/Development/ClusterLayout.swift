import Foundation

/// Where things are in the data folder of `wcc dev`.
struct ClusterLayout {
    /// What the kernel has room for, less the byte that ends it.
    static let longestSocketPath = 107

    /// Without symbolic links, so that it can be compared with where a process says it is.
    let folder: String

    var cluster: String { "\(self.folder)/cluster" }
    var sockets: String { "\(self.folder)/socket" }
    var socket: String { "\(self.sockets)/.s.PGSQL.5432" }
    var log: String { "\(self.folder)/postgres.log" }
    var pidFile: String { "\(self.cluster)/postmaster.pid" }

    /// Makes the folder if need be.
    init(folder: String) throws(DevelopmentError) {
        let path = URL(filePath: folder).standardized.path(percentEncoded: false)
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        } catch {
            throw .cannotWrite(path: path, reason: Self.reason(error))
        }
        guard let resolved = realpath(path, nil) else {
            throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
        }
        defer { free(resolved) }
        self.folder = String(cString: resolved)
        // PostgreSQL and libpq separate folders by commas.
        guard self.socket.utf8.count <= Self.longestSocketPath, !self.socket.contains(",") else {
            throw .unusableSocketPath(path: self.socket, limit: Self.longestSocketPath)
        }
    }

    /// A new place to make a cluster in, clear of one that somebody who was interrupted may still be tidying up.
    func newDraft() -> String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: self.folder)) ?? []
        for name in names where name.hasPrefix("cluster.new") {
            try? FileManager.default.removeItem(atPath: "\(self.folder)/\(name)")
        }
        return "\(self.folder)/cluster.new-\(UInt32.random(in: .min ... .max))"
    }

    var exists: Bool { FileManager.default.fileExists(atPath: self.cluster) }

    /// The version of PostgreSQL that made the cluster; nothing if there is none yet.
    func version() throws(DevelopmentError) -> Int? {
        guard self.exists else { return nil }
        let text: String
        do {
            text = try String(contentsOfFile: "\(self.cluster)/PG_VERSION", encoding: .utf8)
        } catch CocoaError.fileReadNoPermission {
            throw .belongsToAnother(folder: self.cluster)
        } catch {
            throw .damaged(folder: self.cluster, reason: "PG_VERSION cannot be read")
        }
        guard let version = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw .damaged(folder: self.cluster, reason: "PG_VERSION names no version")
        }
        guard FileManager.default.fileExists(atPath: "\(self.cluster)/global/pg_control") else {
            throw .damaged(folder: self.cluster, reason: "global/pg_control is missing")
        }
        return version
    }

    /// Makes a folder that only PostgreSQL's user may enter.
    func makePrivate(_ path: String, for user: UnprivilegedUser?) throws(DevelopmentError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .cannotWrite(path: path, reason: Self.reason(error))
        }
        guard let user else { return }
        guard chown(path, user.id, user.group) == 0 else {
            throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
        }
    }

    /// A log that has grown is kept once, as the one before.
    func rotateLog() {
        let size = (try? FileManager.default.attributesOfItem(atPath: self.log)[.size]) as? Int ?? 0
        guard size > 4 << 20 else { return }
        rename(self.log, "\(self.log).1")
    }

    private static func reason(_ error: any Error) -> String {
        let underlying = (error as? CocoaError)?.underlying as? POSIXError
        return underlying.map { String(cString: strerror($0.code.rawValue)) } ?? error.localizedDescription
    }
}
