import HTTPTypes
import Kernel
import Web

/// Shared tablets, by a program.
extension AccountsRoutes {
    func registerTablets(on api: inout APIRoutes) {
        api.add(self.tablets, in: "accounts")
        api.add(self.enrolTablet, in: "accounts")
        api.add(self.endTablet, in: "accounts")
        api.add(self.tabletHere, in: "accounts")
        api.add(self.openTablet, in: "accounts")
        api.add(self.setTabletPin, in: "accounts")
        api.add(self.lockTablet, in: "accounts")
    }

    var tablets: Endpoint<Nothing, Page<TabletRecord>> {
        Endpoint(
            .get, "tablets", "List the shared tablets of your homes", needs: ListTablets.self,
            details: "All of them, on one page."
        ) { call in
            .init(Page(items: try await self.accounts.tablets(for: call.principal), next: nil))
        }
    }

    var enrolTablet: Endpoint<TabletDraft, TabletRecord> {
        Endpoint(
            .post, "tablets", "Make the device that asks a shared tablet", needs: EnrolTablet.self, status: .created,
            errors: [.notFound],
            details: """
                Sets the cookie `__Host-tablet`, which makes the device one. Whoever signs in there from then on is \
                locked out after five quiet minutes, and comes back with a PIN for twelve hours.
                """
        ) { call in
            let (record, tablet) = try await self.accounts.enrol(call.input, by: call.principal, once: call.once)
            return .init(
                record.value, isReplay: record.isReplay,
                cookies: tablet.map { [.tablet($0)] } ?? [])
        }
    }

    var endTablet: Endpoint<Nothing, Nothing> {
        Endpoint(
            .post, "tablets/{tablet}/end", "End a shared tablet", needs: EndTablet.self, status: .noContent,
            errors: [.notFound], details: "At once, with every sign-in on it."
        ) { call in
            try await self.accounts.endTablet(call.identifier("tablet"), by: call.principal, once: call.once)
            return .init(Nothing())
        }
    }

    var tabletHere: Endpoint<Nothing, TabletHere> {
        Endpoint(
            .get, "tablet", "See who can come back on this shared tablet", open: .anyone, errors: [.notFound],
            details: "Of the device that asks, by its cookie `__Host-tablet`; any other device is told of nothing."
        ) { call in
            guard let here = try await self.accounts.here(call.client.tablet) else { throw Problem.nothingHere }
            return .init(here)
        }
    }

    var openTablet: Endpoint<PinEntry, SignInAnswer> {
        Endpoint(
            .post, "tablet/open", "Come back on a shared tablet with your PIN", open: .anyone,
            errors: [.unauthenticated, .invalidRequest, .unavailable], counted: .signIn,
            details: """
                For whoever has signed in fully on this device within twelve hours. After five wrong PINs of somebody, \
                or twenty on a device in an hour, only a full sign-in opens anything there. Whoever was signed in \
                there is put aside, and comes back the same way.
                """
        ) { call in
            let signIn = try await self.accounts.open(
                PinAttempt(call.input, on: call.client.tablet, replacing: call.visitor?.principal))
            return .init(try await self.accounts.answer(to: signIn), cookies: signIn.cookies)
        }
    }

    var setTabletPin: Endpoint<PinChoice, Nothing> {
        Endpoint(
            .put, "tablet/pin", "Choose your PIN for this shared tablet", needs: SetTabletPin.self,
            status: .noContent, errors: [.conflict]
        ) { call in
            try await self.accounts.setPin(call.input, by: call.principal, once: call.once)
            return .init(Nothing())
        }
    }

    var lockTablet: Endpoint<Nothing, Nothing> {
        Endpoint(
            .post, "tablet/lock", "Lock this shared tablet", needs: LockTablet.self, status: .noContent,
            errors: [.conflict]
        ) { call in
            try await self.accounts.lock(call.principal, once: call.once)
            return .init(Nothing())
        }
    }
}
