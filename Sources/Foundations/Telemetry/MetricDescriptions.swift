/// What the numbers mean that are counted by name, through swift-metrics.
enum MetricDescriptions {
    static let all: KeyValuePairs = [
        "wcc_http_requests_total": "Requests answered, by method, route template and class of status",
        "wcc_http_request_duration_seconds": "Time until an answer begins",
        "wcc_http_requests_in_flight": "Requests being worked on",
        "wcc_event_loop_delay_seconds": "How long work waited for an event loop, sampled each second",
        "wcc_accounts_password_hashes_total": "Passwords hashed, for signing in or setting up",
        "wcc_accounts_sign_ins_total": "Attempts to sign in, by outcome",
        "wcc_limits_refused_total": "Requests and tries to sign in that were too many, by class",
        "wcc_limits_counted_alone_total": "What this process counted for itself because Redis gave no answer",
        "wcc_redis_commands_total": "Commands for Redis, by outcome",
        "wcc_postgres_pool_size": "Connections the pool may open",
        "wcc_postgres_pool_connections": "Connections that are open, by what they are doing",
        "wcc_postgres_pool_waiting": "Tasks that wait for a connection",
        "wcc_postgres_lease_wait_seconds": "How long tasks waited for a connection",
        "wcc_postgres_connections_opened_total": "Connections opened",
        "wcc_postgres_statements_total": "Statements sent",
        "wcc_postgres_round_trips_total": "Round trips to the database",
        "wcc_postgres_slow_statements_total": "Statements slower than DATABASE_SLOW_STATEMENT",
        "wcc_postgres_transaction_seconds": "Transactions, by access and outcome",
        "wcc_postgres_retries_total": "Transactions run again, by reason",
        "wcc_postgres_errors_total": "Failed transactions, by code",
    ]
}
