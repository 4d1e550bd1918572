import Foundation
import Kernel
import Postgres
import TestKit
import Testing

@testable import Jobs
@testable import Messages

/// No step is missed and none is taken twice, whatever is killed and whenever, on the nights on which the clocks change.
///
/// `WCC_LADDER_SEEDS` says how many messages a night has: more for whoever wants to be sure.
@Suite(.timeLimit(.minutes(20))) struct LadderProofTests {
    private var seeds: Int { ProcessInfo.processInfo.environment["WCC_LADDER_SEEDS"].flatMap { Int($0) } ?? 1_000 }

    @Test(.database, arguments: [LadderNight.Plan.march, .october])
    func `every step is taken once, in order and in time, on a night on which the clocks change`(
        _ plan: LadderNight.Plan
    ) async throws {
        try await self.night(plan) { night in
            try await night.live(self.seeds, seed: 1) {
                try await night.kit.messages.climb($0, in: night.kit.organisation.id)
            }
            let faults = try await night.faults()
            #expect(faults.isEmpty, "\(faults.count): \(faults.prefix(5).joined(separator: "; "))")
            // It has been a night: everything that can befall a worker befell many.
            let fates = night.fates.withLockedValue { $0 }
            for fate in LadderNight.Fate.allCases { #expect(fates[fate, default: 0] > self.seeds / 10, "\(fates)") }
        }
    }

    @Test(.database) func `the check finds what a step without its number does: it is taken again`() async throws {
        try await self.night(.october) { night in
            try await night.live(40, seed: 1) { job in
                let taken = try await night.admin.read(
                    as: .system("test"),
                    "SELECT count(*) AS n FROM messages.ladder_step WHERE message_id = \(job.message.uuid)")
                let next = try taken.first?.read("n", as: Int.self) ?? 0
                try await night.kit.messages.climb(
                    ClimbLadder(message: job.message, step: next + 1), in: night.kit.organisation.id)
            }
            let faults = try await night.faults()
            #expect(faults.contains { $0.contains("early") }, "\(faults.prefix(5))")
        }
    }

    @Test(.database) func `the check finds what a next step that is promised by itself does: it is missed`()
        async throws
    {
        try await self.night(.march) { night in
            try await self.divert(night.admin)
            try await night.live(40, seed: 1) { job in
                try await night.kit.messages.climb(job, in: night.kit.organisation.id)
                // Every fourth process ends between the commit of the step and that of the promise.
                if (job.message.description.utf8.reduce(0) { $0 + Int($1) } + job.step) % 4 == 0 {
                    try await self.forget(job, night.admin)
                }
                try await self.promise(job, night.admin)
            }
            let faults = try await night.faults()
            #expect(faults.contains { $0.contains("it ended after") }, "\(faults.prefix(5))")
        }
    }

    private func night(
        _ plan: LadderNight.Plan, _ body: @Sendable (LadderNight) async throws -> Void
    ) async throws {
        let database = TestDatabase.current.open(), admin = TestDatabase.current.open(as: "postgres", size: 4)
        try await body(LadderNight(database, admin, plan))
        await database.shutDown()
        await admin.shutDown()
    }

    // MARK: A queue beside the transaction

    /// What a step promises is put aside, and not in the queue.
    private func divert(_ admin: Database) async throws {
        try await admin.transaction(as: .system("test")) { tx in
            try tx.execute("CREATE TABLE public.aside (LIKE jobs.job)")
            try tx.execute(
                """
                CREATE FUNCTION public.put_aside() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
                    IF NEW.kind = 'messages.climb' AND NEW.payload::json->>'step' <> '1' AND session_user = 'wcc_app' THEN
                        INSERT INTO public.aside SELECT NEW.*;
                        RETURN NULL;
                    END IF;
                    RETURN NEW;
                END $$
                """)
            try tx.execute(
                "CREATE TRIGGER a BEFORE INSERT ON jobs.job FOR EACH ROW EXECUTE FUNCTION public.put_aside()")
        }
    }

    private func promise(_ job: ClimbLadder, _ admin: Database) async throws {
        let (message, step) = (job.message.description, "\(job.step + 1)")
        try await admin.transaction(as: .system("test")) { tx in
            _ = try tx.execute(
                """
                WITH moved AS (DELETE FROM public.aside
                    WHERE payload::json->>'message' = \(message) AND payload::json->>'step' = \(step) RETURNING *)
                INSERT INTO jobs.job SELECT * FROM moved ON CONFLICT DO NOTHING
                """)
        }
    }

    private func forget(_ job: ClimbLadder, _ admin: Database) async throws {
        let (message, step) = (job.message.description, "\(job.step + 1)")
        try await admin.transaction(as: .system("test")) { tx in
            _ = try tx.execute(
                """
                DELETE FROM public.aside
                WHERE payload::json->>'message' = \(message) AND payload::json->>'step' = \(step)
                """)
        }
    }
}
