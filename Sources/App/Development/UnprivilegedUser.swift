import Glibc

/// As whom PostgreSQL runs when this process is root, as it refuses to be root itself.
struct UnprivilegedUser: Equatable {
    let name: String
    let id: UInt32
    let group: UInt32
    private var mayPassThrough = false

    /// Nobody when this process is not root, and so PostgreSQL runs as whoever this is.
    ///
    /// Whoever owns the cluster, as only they may start it; else whoever owns the folder around, as they surely get
    /// there; else the user that Debian's package brings.
    static func forCluster(at cluster: String) throws(DevelopmentError) -> UnprivilegedUser? {
        guard geteuid() == 0 else { return nil }
        if let owner = Self.owner(of: cluster) {
            guard owner != 0, let user = Self(id: owner) else { throw .belongsToAnother(folder: cluster) }
            return user
        }
        var folder = cluster[...]
        while let end = folder.lastIndex(of: "/"), end > folder.startIndex {
            folder = folder[..<end]
            if let owner = Self.owner(of: String(folder)), owner != 0, let user = Self(id: owner) { return user }
        }
        guard let user = Self(name: "postgres") else { throw .noUnprivilegedUser }
        return user
    }

    /// The same user, whom no folder on the way stops: with the capability to search any folder and read any file.
    func passingThrough() -> UnprivilegedUser {
        var user = self
        user.mayPassThrough = true
        return user
    }

    /// What to write before a command, so that it runs as this user.
    var prefix: [String] {
        let user = ["--reuid", "\(self.id)", "--regid", "\(self.group)", "--init-groups"]
        let capability = "+dac_read_search"
        return self.mayPassThrough ? user + ["--inh-caps", capability, "--ambient-caps", capability] : user
    }

    private static func owner(of path: String) -> UInt32? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_uid : nil
    }

    private init?(id: UInt32) { self.init { getpwuid_r(id, $0, $1, $2, $3) } }
    private init?(name: String) { self.init { getpwnam_r(name, $0, $1, $2, $3) } }

    private init?(
        _ lookUp: (
            UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
        ) -> Int32
    ) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        let capacity = 16_384
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
        defer { text.deallocate() }
        guard lookUp(&entry, text, capacity, &found) == 0, found != nil, let name = entry.pw_name else {
            return nil
        }
        self.name = String(cString: name)
        self.id = entry.pw_uid
        self.group = entry.pw_gid
    }
}
