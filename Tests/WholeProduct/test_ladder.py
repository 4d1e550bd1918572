"""An urgent message that nobody answers is passed on, step by step, whatever is killed and whenever."""

import time

from installation import MARK, Installation, Person

POLICY = {"step_minutes": 1, "shift_steps": 3, "repeat_minutes": 1, "repeats": 4}
# Three on shift, and those who answer for the home five times.
STEPS = 8


def prepare(home: Installation, on_shift: list[Person]) -> tuple[str, str]:
    """Puts people on the rota, and begins a conversation about the resident; answers with it and with the home."""
    tenant, place, resident = home.sql(
        f"""SELECT tenant_id, home_id, person_id FROM people.resident
        WHERE tenant_id = (SELECT tenant_id FROM people.person WHERE id = '{home.people[0].id}')"""
    ).split("|")
    for position, person in enumerate(on_shift, 1):
        home.sql(
            f"""INSERT INTO rotas.shift (tenant_id, id, home_id, person_id, kind, starts_at, ends_at, position,
                planned_by, planned_at)
            VALUES ('{tenant}', gen_random_uuid(), '{place}', '{person.id}', 'shift', now() - interval '6 hours',
                now() + interval '6 hours', {position}, '{person.id}', now())"""
        )
    home.sql(
        f"""INSERT INTO messages.ladder_policy (tenant_id, home_id, step_minutes, shift_steps, repeat_minutes, repeats,
            changed_by, changed_at)
        VALUES ('{tenant}', '{place}', {", ".join(str(number) for number in POLICY.values())},
            '{home.people[0].id}', now())"""
    )
    with home.serving():
        opening = {
            "kind": "group",
            "subject": f"{MARK} night",
            "resident_id": resident,
            "members": [home.people[1].id],
        }
        reply = home.call("POST", "/api/v1/messages/conversations", opening, by=home.people[0])
        assert reply.status == 201, reply.text
    return reply.json["id"], tenant


def say(home: Installation, conversation: str) -> str:
    path = f"/api/v1/messages/conversations/{conversation}/messages"
    reply = home.call("POST", path, {"body": f"{MARK} has had a fall", "urgency": "urgent"}, by=home.people[0])
    assert reply.status == 201, reply.text
    return reply.json["id"]


def steps(home: Installation, message: str) -> list[str]:
    found = home.sql(
        f"SELECT number || ' ' || rung FROM messages.ladder_step WHERE message_id = '{message}' ORDER BY number"
    )
    return found.splitlines()


def wait_for(home: Installation, message: str, count: int) -> None:
    end = time.monotonic() + 120
    while len(steps(home, message)) < count:
        assert time.monotonic() < end, steps(home, message)
        time.sleep(0.02)


def test_the_ladder_goes_on_where_the_server_was_killed(home: Installation) -> None:
    on_shift = home.people[2:5]
    conversation, _ = prepare(home, on_shift)
    message = ""
    for reached in [0, 1, 3, 4, 6]:
        with home.serving(MESSAGES_LADDER_MINUTE="600ms") as server:
            message = message or say(home, conversation)
            wait_for(home, message, reached)
            server.process.kill()
            server.process.wait()
    with home.serving(MESSAGES_LADDER_MINUTE="600ms"):
        wait_for(home, message, STEPS)
        path = f"/api/v1/messages/conversations/{conversation}/messages/{message}/ladder"
        ladder = home.call("GET", path, by=home.people[1]).json
        # Nothing more is promised, and what was done is reported.
        end = time.monotonic() + 120
        left = f"SELECT count(*) FROM jobs.job JOIN jobs.key ON job_id = id WHERE key.key LIKE '{message}-%' AND state <> 'done'"
        while home.sql(left) != "0":
            assert time.monotonic() < end
            time.sleep(0.05)
    assert steps(home, message) == [f"{number} shift" for number in (1, 2, 3)] + [
        f"{number} in_charge" for number in range(4, STEPS + 1)
    ]
    asked = [[person["id"] for person in step["people"]] for step in ladder["steps"]]
    assert asked[:3] == [[person.id] for person in on_shift]
    assert ladder["is_answered"] is False
    times = home.sql(f"SELECT at FROM messages.ladder_step WHERE message_id = '{message}' ORDER BY number").splitlines()
    assert times == sorted(times)
    recorded = f"SELECT count(*) FROM audit.entry WHERE action = 'messages.pass_on' AND object_id = '{message}'"
    assert home.sql(recorded) == str(STEPS)


def test_an_answer_ends_it_for_good(home: Installation) -> None:
    asked, *_ = on_shift = home.people[2:5]
    conversation, _ = prepare(home, on_shift)
    with home.serving(MESSAGES_LADDER_MINUTE="600ms") as server:
        message = say(home, conversation)
        path = f"/api/v1/messages/conversations/{conversation}/messages/{message}/acknowledgement"
        assert home.call("POST", path, by=asked).status == 404
        wait_for(home, message, 1)
        waiting = home.call("GET", "/api/v1/messages/urgent", by=asked).json["items"]
        assert [item["message"]["id"] for item in waiting] == [message]
        assert waiting[0]["passed_on_at"]
        assert home.call("POST", path, by=asked).status == 200
        taken = steps(home, message)
        server.process.kill()
        server.process.wait()
    with home.serving(MESSAGES_LADDER_MINUTE="600ms"):
        # The step that was promised is looked at, and not taken.
        end = time.monotonic() + 120
        left = f"SELECT count(*) FROM jobs.job JOIN jobs.key ON job_id = id WHERE key.key LIKE '{message}-%' AND state <> 'done'"
        while home.sql(left) != "0":
            assert time.monotonic() < end
            time.sleep(0.05)
    assert steps(home, message) == taken
