import Audit
import Foundation
import Jobs
import Kernel
import Operations
import Postgres
import TestKit
import Testing
import Web

private struct Doomed: Job {
    static let kind = "tests.doomed"
    let secret: String
}

@Suite(.database) struct FailedJobsTests {
    let database = TestDatabase.current.open()
    let jobs = Jobs(source: Source())
    var operations: OperationsService {
        OperationsService(database: self.database, audit: Audit(), jobs: self.jobs)
    }

    /// Gives up `count` jobs of the organisation.
    private func fail(_ count: Int, in organisation: TestOrganisation) async throws {
        try await self.database.transaction(as: .tenant(organisation.id)) { tx in
            for _ in 0..<count { try self.jobs.enqueue(Doomed(secret: "Edith"), in: tx) }
        }
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        try await admin.transaction(as: .system("test")) { tx in
            try tx.execute(
                """
                UPDATE jobs.job SET state = 'dead', attempts = 10, finished_at = now(), last_error = 'PostgresError'
                WHERE tenant_id = \(organisation.id.uuid)
                """)
        }
        await admin.shutDown()
    }

    private func states(_ organisation: TestOrganisation) async throws -> [String] {
        try await self.database.read(as: .tenant(organisation.id), "SELECT state FROM jobs.job ORDER BY state").map {
            try $0.read("state")
        }
    }

    @Test func `those who answer for the organisation see what was given up, page by page, and not what it was about`()
        async throws
    {
        let organisation = try await TestOrganisation(in: self.database)
        let other = try await TestOrganisation(in: self.database)
        try await self.fail(5, in: organisation)
        try await self.fail(2, in: other)
        let director = try await organisation.hire(.providerDirector, .organisation)
        var seen: [FailedJob] = [], next: String?
        repeat {
            let page = try await self.operations.failedJobs(
                after: next.map { try Keyset($0, parts: 1) }, limit: 2, for: director)
            #expect(page.items.count <= 2)
            seen += page.items
            next = page.next
        } while next != nil
        #expect(Set(seen.map(\.id)).count == 5)
        #expect(seen.map(\.id.description) == seen.map(\.id.description).sorted(by: >))
        #expect(seen.allSatisfy { $0.error == "PostgresError" && $0.attempts == 10 })
        #expect(!String(decoding: try JSONEncoder().encode(seen), as: UTF8.self).contains("Edith"))
    }

    @Test func `what is chosen is tried again, once for each key, and another organisation's never`() async throws {
        let organisation = try await TestOrganisation(in: self.database)
        let other = try await TestOrganisation(in: self.database)
        try await self.fail(3, in: organisation)
        try await self.fail(1, in: other)
        let director = try await organisation.hire(.providerDirector, .organisation)
        let stranger = try await other.hire(.itAdmin, .organisation)
        let mine = try await self.operations.failedJobs(for: director).items.map(\.id)
        let theirs = try await self.operations.failedJobs(for: stranger).items.map(\.id)
        let retried = try await self.operations.retry(JobRetry([mine[0]] + theirs), by: director)
        #expect(retried.value.count == 1)
        #expect(try await self.states(organisation) == ["dead", "dead", "ready"])
        #expect(try await self.states(other) == ["dead"])
        #expect(try await self.operations.retry(JobRetry([mine[0]]), by: director).value.count == 0)
        #expect(try await self.operations.retry(JobRetry(nil), by: director).value.count == 2)
        #expect(try await self.states(organisation) == ["ready", "ready", "ready"])
    }

    @Test(arguments: Role.allCases) func `nobody else does, and nobody for one home only`(_ role: Role) async throws {
        let keepers: Set<Role> = [.itAdmin, .nominatedIndividual, .providerDirector, .registeredManager]
        let organisation = try await TestOrganisation(in: self.database)
        for reach in [Reach.organisation, .home(organisation.rowan.id)] {
            let somebody = try await organisation.hire(role, reach)
            let isAllowed = reach == .organisation && keepers.contains(role)
            let seen = await Result { try await self.operations.failedJobs(for: somebody) }
            let retried = await Result { try await self.operations.retry(JobRetry(nil), by: somebody) }
            #expect(((try? seen.get()) != nil) == isAllowed)
            #expect(((try? retried.get()) != nil) == isAllowed)
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
