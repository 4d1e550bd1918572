"""More people, messages and audit entries than anybody would want to type, made inside the database."""

import base64
import hashlib
import secrets
import subprocess

from installation import MARK, Cluster, Person

# Said often; besides them there are the rare ones, w0 to w3999, the later the rarer.
WORDS = """
the she he has had her his was and to a in of tea lunch breakfast dinner ate drank water slept well walked garden
daughter son visit visited call called doctor nurse room chair bed bath shower hair hearing aid glasses medication
morning afternoon evening night pain leg arm skin cream dressing checked settled happy upset tired asked wants likes
music film church bingo knitting newspaper letter phone photo family weekend tomorrow yesterday weight blood pressure
temperature cough appointment hospital transport wheelchair frame hoist sling fall bruise swallow thickener pureed
""".split()
RARE = 4_000


def fill(cluster: Cluster, database: str, statements: str) -> None:
    """However long it takes."""
    subprocess.run(
        ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", cluster.conninfo(database)],
        input=statements, text=True, check=True,
    )


def secret(seed: str, number: int) -> str:
    """What `hire` gives the n-th sign-in; the database works out the same."""
    digest = hashlib.sha256(f"{seed} {number}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hire(cluster: Cluster, database: str, count: int, assistants: int) -> list[str]:
    """As many colleagues, each signed in; the first are care assistants, the others senior carers. Their cookies."""
    seed = secrets.token_hex(16)
    fill(
        cluster,
        database,
        f"""
        BEGIN;
        CREATE TEMP TABLE hired AS SELECT n, gen_random_uuid() AS person, gen_random_uuid() AS account,
            translate(rtrim(encode(sha256(convert_to('{seed} ' || n, 'UTF8')), 'base64'), '='), '+/', '-_') AS secret,
            home.tenant_id AS tenant, home.id AS home, password_hash AS hash
        FROM generate_series(1, {count}) AS n,
            (SELECT tenant_id, id FROM accounts.home WHERE name = '{MARK} House') AS home,
            (SELECT password_hash FROM accounts.account WHERE username = 'first') AS first;
        INSERT INTO people.person (tenant_id, id, full_name, preferred_name)
            SELECT tenant, person, 'Colleague ' || n, 'Colleague' FROM hired;
        INSERT INTO people.staff (tenant_id, person_id, home_id, job_title) SELECT tenant, person, home, 'Carer' FROM hired;
        INSERT INTO accounts.account (tenant_id, id, person_id, username, password_hash, created_at)
            SELECT tenant, account, person, 'colleague.{seed[:8]}.' || n, hash, now() FROM hired;
        INSERT INTO accounts.role_grant (tenant_id, id, account_id, role, scope_kind, home_id, valid_from)
            SELECT tenant, gen_random_uuid(), account,
                CASE WHEN n <= {assistants} THEN 'care_assistant' ELSE 'senior_carer' END, 'home', home, now() FROM hired;
        INSERT INTO accounts.sign_in (tenant_id, id, account_id, secret_hash, created_at, last_act_at, idle_until,
                absolute_until, address_prefix)
            SELECT tenant, gen_random_uuid(), account, sha256(convert_to(secret, 'UTF8')), now(), now(),
                now() + interval '3 hours', now() + interval '12 hours', '127.0.0.1' FROM hired;
        COMMIT;
        VACUUM ANALYZE;
        """,
    )
    return [f"__Host-wcc={secret(seed, number)}" for number in range(1, count + 1)]


def promote(cluster: Cluster, database: str, person: Person) -> None:
    """Makes somebody the registered manager of the whole organisation."""
    cluster.sql(
        f"""
        INSERT INTO accounts.role_grant (tenant_id, id, account_id, role, scope_kind, valid_from)
            SELECT tenant_id, gen_random_uuid(), id, 'registered_manager', 'organisation', now()
            FROM accounts.account WHERE person_id = '{person.id}'
            ON CONFLICT DO NOTHING
        """,
        database,
    )


def talk(cluster: Cluster, database: str, conversations: list[str], total: int) -> None:
    """Has messages said in these conversations, in turn, until there are `total`, and as many acts recorded.

    Foreign keys and search words are checked and made at the end, or a million would take an hour.
    """
    words = ",".join(f"'{word}'" for word in WORDS)
    names = ",".join(f"'{conversation}'" for conversation in conversations)
    index = cluster.sql("SELECT pg_get_indexdef('messages.message_words'::regclass)", database)
    fill(
        cluster,
        database,
        f"""
        SET session_replication_role = replica;
        SET maintenance_work_mem = '256MB';
        BEGIN;
        DROP INDEX messages.message_words;
        CREATE TEMP TABLE place AS
            SELECT conversation.tenant_id, conversation.id, conversation.last_seq, number - 1 AS number,
                (SELECT array_agg(person_id) FROM messages.member WHERE conversation_id = conversation.id) AS people
            FROM unnest(ARRAY[{names}]::uuid[]) WITH ORDINALITY AS asked (id, number)
            JOIN messages.conversation USING (id);
        CREATE TEMP TABLE said AS SELECT count(*) AS number FROM messages.message;
        INSERT INTO messages.message (tenant_id, id, conversation_id, seq, author_id, body, urgency, sent_at)
            SELECT place.tenant_id, gen_random_uuid(), place.id, place.last_seq + 1 + n / {len(conversations)},
                place.people[1 + n % cardinality(place.people)],
                (SELECT string_agg(CASE WHEN rank < {len(WORDS)} THEN (ARRAY[{words}])[rank + 1]
                        ELSE 'w' || rank - {len(WORDS)} END, ' ')
                    FROM (SELECT floor(power(random(), 3) * {len(WORDS) + RARE})::integer AS rank
                        FROM generate_series(1, 12 + 0 * n)) AS drawn),
                'routine', now() - make_interval(secs => 60 * ({total} - said.number - n))
            FROM said, generate_series(0, greatest(0, {total} - said.number - 1)::integer) AS n
            JOIN place ON place.number = n % {len(conversations)};
        UPDATE messages.conversation SET last_seq = newest.seq, last_message_at = newest.at
            FROM (SELECT conversation_id, max(seq) AS seq, max(sent_at) AS at FROM messages.message GROUP BY 1) AS newest
            WHERE newest.conversation_id = conversation.id;
        UPDATE messages.member SET read_seq = greatest(member.read_seq, conversation.last_seq - 3)
            FROM messages.conversation WHERE conversation.id = member.conversation_id;
        {index};
        INSERT INTO audit.entry (tenant_id, at, person_id, action, kind, object_id, rule)
            SELECT place.tenant_id, now() - make_interval(secs => 30 * n), place.people[1 + n % cardinality(place.people)],
                'messages.read', 'read', place.id, 'member'
            FROM generate_series(1, greatest(0, {total} - (SELECT count(*) FROM audit.entry))::integer) AS n
            JOIN place ON place.number = n % {len(conversations)};
        COMMIT;
        VACUUM ANALYZE;
        CHECKPOINT;
        """,
    )
