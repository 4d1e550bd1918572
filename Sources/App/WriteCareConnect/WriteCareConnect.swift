package import Accounts
package import Announcements
package import Audit
import FoundationEssentials
package import Hummingbird
package import Jobs
package import Kernel
import Limits
package import Logging
package import Messages
import Operations
package import People
package import Postgres
import Redis
package import Rotas
import Sealing
package import ServiceLifecycle
package import Telemetry
package import Web

/// Everything that is made once, in the order it is made.
///
/// The only place that knows every module.
package struct WriteCareConnect: Sendable {
    /// What a test decides, and nobody else.
    package struct Overrides: Sendable {
        package var source = Source()
        package var streams = LiveStreams.Settings()
        package var presence = Presence.Settings()
        package var accounts = AccountsService.Settings()
        package var jobs = JobWorker.Settings()
        /// Who is asking, instead of whoever signed in.
        package var authenticate: (@Sendable (Request) async throws -> Visitor?)?
        /// Whether a stream may go on, instead of whether the sign-in holds.
        package var isWelcome: (@Sendable (Principal) async throws -> Bool)?
        package init() {}
    }

    let source: Source
    package let services: [any Service]
    package let responder: RouterResponder<SiteContext>
    package let database: Database
    package let accounts: AccountsService
    package let people: PeopleService
    package let rotas: RotasService
    package let messages: MessagesService
    package let announcements: AnnouncementsService
    package let streams: LiveStreams
    package let securityLog: SecurityLog
    let redis: Redis?
    /// Every route, with what it needs.
    package let routes: RouteTable
    /// The OpenAPI description of the API.
    package let document: String

    package init(
        _ settings: ApplicationSettings, health: HealthRegistry, logger: Logger, overrides: Overrides = Overrides(),
        showing demonstration: Demonstration? = nil
    ) async throws {
        let source = overrides.source
        let database = Database(settings.database, logger: logger)
        let audit = Audit()
        let directory = PeopleDirectory(now: source.now)
        let redis = Redis(settings.redis, logger: logger)
        let rates = Rates(settings.limits, redis: redis, now: source.now)
        var signingIn = overrides.accounts.lasting(settings.signIns)
        signingIn.issuer = settings.http.origin
        let securityLog = SecurityLog(database: database, source: source, logger: logger)
        let signIns = AccountsService(
            database: database, audit: audit, people: directory, keyring: settings.keys.keyring,
            settings: signingIn,
            passwords: PasswordHasher(settings.passwords.scheme),
            rule: PasswordRule(try PasswordBlocklist(path: settings.passwords.blocklist)), source: source,
            rates: rates
        ).watched { securityLog.note($0) }
        let streams = LiveStreams(
            database: database, settings: overrides.streams, logger: logger,
            isWelcome: overrides.isWelcome ?? { try await signIns.isLive($0) })
        let process: Identifier<ServerProcess> = source.identifier()
        let presence = Presence(
            database: database, settings: overrides.presence, process: process, logger: logger
        ) { streams.staffHere }
        let others = redis.map { WakeUps($0, name: rates.keys.key(for: "wake").base64URL, process: process) }
        others?.listen { streams.wake($0) }
        let wake: @Sendable (Set<Recipient>) -> Void = { recipients in
            streams.wake(recipients)
            others?.publish(recipients)
        }
        let accounts = signIns.telling { wake([Recipient($0.person, in: $0.organisation)]) }
        let jobs = Jobs(source: source)
        let messages = MessagesService(
            database: database, inbox: Inbox(wake: wake), jobs: jobs, audit: audit, people: directory,
            accounts: accounts.directory, rotas: RotasDirectory(), source: source,
            ladderMinute: settings.messages.ladderMinute
        ).knowing { try signIns.directory.principal($0, in: $1, at: $2, in: $3) }
        let rotas = RotasService(
            database: database, audit: audit, accounts: accounts.directory, people: directory, source: source)
        let people = PeopleService(database: database, audit: audit, directory: directory, source: source)
            .telling { change, tx in try messages.follow(change, in: tx) }
            .closing { change, tx in
                try accounts.follow(change, in: tx)
                try messages.follow(change, in: tx)
            }
            .alarming { access, principal, tx in
                Inbox(wake: wake).deliver(
                    Notice("people.emergency", access.id),
                    to: try accounts.directory.whoHears(of: access, by: principal, at: source.now(), in: tx),
                    in: principal.organisation, at: tx)
            }
        let announcements = AnnouncementsService(
            database: database, inbox: Inbox(wake: wake), jobs: jobs, audit: audit, people: directory,
            accounts: accounts.directory, source: source)
        var handlers = JobHandlers()
        messages.register(on: &handlers)
        announcements.register(on: &handlers)
        let worker = JobWorker(
            database: database, jobs: jobs, handlers: handlers, settings: overrides.jobs, logger: logger)

        var site = Site(
            settings: settings.web,
            templates: try Templates(
                directory: "\(settings.http.assets)/templates",
                icons: Icons(directory: "\(settings.http.assets)/vendor/icons")),
            assets: try Assets(directory: settings.http.assets), source: source, rates: rates
        ) {
            try await ShellFacts(
                $0, messages: messages, people: directory, streams: streams, database: database, now: source.now())
        }
        site.keeping = { try await accounts.keeper(for: $0) }
        site.watch = { securityLog.note($0) }
        site.stepUp = { try await accounts.stepUp($1, by: $0) }
        AccountsRoutes(accounts).register(on: &site.api)
        PeopleRoutes(people).register(on: &site.api)
        RotasRoutes(rotas).register(on: &site.api)
        MessagesRoutes(messages).register(on: &site.api)
        let operations = OperationsService(database: database, audit: audit, jobs: jobs)
        OperationsRoutes(operations).register(on: &site.api)
        OperationsPages(operations).register(on: &site.pages)
        let policy = PolicyService(database: database, audit: audit, permissions: Self.permissions)
        PolicyRoutes(policy).register(on: &site.api)
        PolicyPages(policy).register(on: &site.pages)
        let entries = AuditService(
            database: database, audit: audit, directory: AuditDirectory(directory), acts: Self.acts)
        AuditRoutes(entries).register(on: &site.api)
        AuditPages(entries) { try await AuditChoices(for: $0, from: people) }.register(on: &site.pages)
        let security = SecurityService(
            database: database, audit: audit, directory: AuditDirectory(directory), source: source)
        SecurityRoutes(security).register(on: &site.api)
        SecurityPages(security).register(on: &site.pages)
        AnnouncementsRoutes(announcements).register(on: &site.api)
        AccountsPages(accounts, demonstration: demonstration?.hints).register(on: &site.pages)
        TodayPages(messages: messages, people: people, announcements: announcements, security: security)
            .register(on: &site.pages)
        AnnouncementsPages(announcements).register(on: &site.pages)
        MessagesPages(messages, people: people, source: source) { try await accounts.inCharge(for: $0) }
            .register(on: &site.pages)
        RotasPages(rotas, people: people).register(on: &site.pages)
        PeoplePages(people) { resident, principal in
            let invited = try await accounts.contactInvitations(of: resident, for: principal).items
            return Dictionary(
                invited.map { ($0.contactId, OpenInvitation(expiresAt: $0.expiresAt, isExpired: $0.isExpired)) }
            ) { first, _ in first }
        } conversations: { resident, visitor, now in
            let rows = ConversationRows(for: visitor, at: now)
            return try await messages.about(resident, for: visitor.principal).map { rows.row($0) }
        }.register(on: &site.pages)
        streams.register(on: &site)

        health.add("database", isRequired: true) {
            let health = await database.health(expecting: Self.migrator)
            guard health.isReady else {
                throw Problem(.unavailable, "The database cannot serve", detail: health.description)
            }
        }

        if let redis {
            // Everything goes on without it, so a process that has lost it is worth its requests.
            health.add("redis", isRequired: false) {
                guard redis.isJoined else { throw Unhealthy("there is no connection") }
            }
        }

        let authenticate = overrides.authenticate ?? { try await accounts.visitor(for: $0) }
        self.responder = try site.responder(
            authenticator: Authenticator(resolve: authenticate), observers: [RequestMetrics<SiteContext>()]
        ) { router in
            HealthRoutes(health, for: .everyone).register(on: router)
            PublicKeyRoutes(accounts).register(on: router)
        }
        self.routes = site.table
        self.document = try site.document()
        // Stopped in the opposite order: the database last.
        self.source = source
        var services: [any Service] = [database]
        if let redis { services.append(redis) }
        services += [
            streams, presence, securityLog,
            Housekeeping(
                WebModule.chores + AccountsModule.chores + AuditModule.chores, database: database, source: source,
                logger: logger), worker,
        ]
        self.services = services
        self.database = database
        self.redis = redis
        self.accounts = accounts
        self.people = people
        self.rotas = rotas
        self.messages = messages
        self.announcements = announcements
        self.streams = streams
        self.securityLog = securityLog
    }
}

extension WriteCareConnect {
    /// Whether it counts together with other processes, and hears of them.
    package var isJoined: Bool { self.redis?.isJoined ?? false }
}

extension ShellFacts {
    /// The cursor first, so that nothing falls between it and what is counted.
    fileprivate init(
        _ visitor: Visitor, messages: MessagesService, people: PeopleDirectory, streams: LiveStreams,
        database: Database, now: Date
    ) async throws {
        let principal = visitor.principal
        let cursor = try await streams.cursor(of: principal)
        let (totals, open) = try await database.read(as: principal) { tx in
            (try messages.totals(for: principal, in: tx), try people.openEmergencies(of: principal, in: tx))
        }
        var nav: Set<NavItem> = [.today, .messages]
        if principal.may(ListResidents.self, principal.membership) { nav.insert(.residents) }
        if !principal.roles.isDisjoint(with: Role.staff) { nav.insert(.rota) }
        if principal.may(ListStaffRoles.self, principal.membership) { nav.insert(.staff) }
        if principal.may(ListFailedJobs.self, principal.membership) { nav.insert(.operations) }
        if principal.may(StartConversation.self, principal.membership) { nav.insert(.concern) }
        let emergencies = open.map { one in
            let time = visitor.time(at: now, in: one.homeId).time(one.endsAt)
            let left = max(1, Int((one.endsAt.timeIntervalSince(now) / 60).rounded(.up)))
            return ShellFacts.Emergency(
                text: "You have \(one.name)’s record open in an emergency until \(time), "
                    + "\(left) \(left == 1 ? "minute" : "minutes") from now. Each look is recorded.",
                href: "/residents/\(one.resident)", name: one.name)
        }
        self.init(
            unread: totals.unread, urgent: totals.urgent, cursor: cursor.description, nav: nav,
            emergencies: emergencies)
    }
}
