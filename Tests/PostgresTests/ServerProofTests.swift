import Development
import Foundation
import Kernel
import TestKit
import Testing

@testable import Postgres

@Suite struct ServerAddressTests {
    @Test(arguments: [
        "", "host=localhost dbname=wcc", "host=/run/postgresql", "host=127.0.0.1", "postgresql:///wcc",
        "host=127.9.9.9 sslmode=disable", "postgresql://wcc_app@localhost:5433/wcc", "host=::1", "hostaddr=127.0.0.1",
        "host=db.example.org hostaddr=127.0.0.1", "host=db.example.org sslmode=verify-full",
        "postgresql://wcc_app:x@db.example.org/wcc?sslmode=verify-full", "host=a,localhost sslmode=verify-full",
    ])
    func `this machine needs no proof, and another one gives it`(_ conninfo: String) {
        #expect(ServerAddress.problem(with: conninfo) == nil)
    }

    @Test(arguments: [
        ("host=db.example.org", "db.example.org"), ("host=db.example.org sslmode=require", "db.example.org"),
        ("host=db.example.org sslmode=verify-ca", "db.example.org"), ("postgresql://10.0.0.7/wcc", "10.0.0.7"),
        ("host=localhost,db.example.org", "db.example.org"), ("host=localhost hostaddr=10.0.0.7", "10.0.0.7"),
        ("host=127.example.org", "127.example.org"), ("host=1270.0.0.1", "1270.0.0.1"),
        ("host=localhost.example.org sslmode=prefer", "localhost.example.org"),
    ])
    func `another machine without proof is refused, by name`(_ conninfo: String, _ host: String) throws {
        let sentence = try #require(ServerAddress.problem(with: conninfo))
        #expect(sentence.contains(" \(host) "))
        #expect(sentence.contains("sslmode=verify-full"))
        #expect(ServerAddress.problem(with: conninfo, trust: .anyServer) == nil)
    }

    @Test(arguments: ["password=hunter2 nonsense", "postgresql://wcc:hunter2@[::1", "service=prod password=hunter2"])
    func `what cannot be judged is refused without being quoted`(_ conninfo: String) throws {
        let sentence = try #require(ServerAddress.problem(with: conninfo))
        #expect(!sentence.contains("hunter2"))
    }

    @Test func `a refused address is never connected to`() async throws {
        let server = try HostileServer { _ in [] }
        let database = Database(
            conninfo: "host=localhost,192.0.2.1 port=\(server.port),1 password=hunter2", size: 1, logger: .quiet)
        let error = await #expect(throws: PostgresError.self) {
            try await database.read(as: .system("test"), "SELECT 1")
        }
        #expect(error?.code == .unverifiedServer)
        #expect(error?.description.contains("192.0.2.1") == true)
        #expect(server.connections == 0)
        #expect(!String(reflecting: database.address).contains("hunter2"))
        server.stop()
    }
}

@Suite(.server) struct ServerProofTests {
    /// A certificate authority and a certificate for `db.test`, and an authority that has nothing to do with them.
    private func makeCertificates(in folder: String) async throws {
        func run(_ command: String...) async throws {
            let process = try await ChildProcess.start(command, output: "\(folder)/openssl.log")
            try #require(await process.ending() == .exited(0), "see \(folder)/openssl.log")
        }
        for name in ["right", "wrong"] {
            try await run(
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
                "-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).crt")
        }
        try "subjectAltName=DNS:db.test".write(toFile: "\(folder)/names", atomically: true, encoding: .utf8)
        try await run(
            "openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=db.test", "-keyout",
            "\(folder)/data/db/server.key", "-out", "\(folder)/server.csr")
        try await run(
            "openssl", "x509", "-req", "-days", "2", "-in", "\(folder)/server.csr", "-CA", "\(folder)/right.crt",
            "-CAkey", "\(folder)/right.key", "-set_serial", "1", "-extfile", "\(folder)/names", "-out",
            "\(folder)/data/db/server.crt")
        // PostgreSQL runs as somebody else than the tests, if these run as root.
        let owner = try FileManager.default.attributesOfItem(atPath: "\(folder)/data/db")[.ownerAccountID]
        for file in ["server.key", "server.crt"] {
            try FileManager.default.setAttributes(
                [.ownerAccountID: try #require(owner), .posixPermissions: 0o600],
                ofItemAtPath: "\(folder)/data/db/\(file)")
        }
    }

    @Test func `a server is believed for its own name and by its own authority only`() async throws {
        let server = try TestServer.current
        try await self.makeCertificates(in: server.folder)
        try await Administrator.run("ALTER SYSTEM SET ssl = on", on: server.conninfo())
        try await Administrator.run("SELECT pg_reload_conf()", on: server.conninfo())

        func failure(_ host: String, _ authority: String) async throws -> PostgresError? {
            let database = Database(
                conninfo: server.conninfo(
                    "host=\(host) hostaddr=127.0.0.1 sslmode=verify-full sslrootcert=\(server.folder)/\(authority).crt"),
                size: 1, logger: .quiet)
            do {
                let isEncrypted = try await database.read(
                    as: .system("test"), "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
                ).first?.read("ssl", as: Bool.self)
                #expect(isEncrypted == true)
                await database.shutDown()
                return nil
            } catch {
                await database.shutDown()
                return error as? PostgresError
            }
        }
        #expect(try await eventually { try await failure("db.test", "right") == nil })
        let impostor = try #require(try await failure("db.test", "wrong"))
        #expect(impostor.code == .cannotConnect)
        #expect(impostor.description.contains("certificate verify failed"))
        let misnamed = try #require(try await failure("other.test", "right"))
        #expect(misnamed.code == .cannotConnect)
        #expect(misnamed.description.contains("does not match host name"))
    }
}
