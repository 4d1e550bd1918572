"""What was acknowledged is there, exactly once, whatever is killed and whenever."""

import signal

from installation import MARK, Clients, Installation


def check(home: Installation, conversation: str, clients: Clients) -> None:
    """Every acknowledged message once, in one row of numbers, and the same key has the same effect even now."""
    assert clients.faults == []
    said = home.bodies(conversation)
    assert len(set(said)) == len(said)
    assert set(said) >= set(clients.acknowledged)
    with home.serving():
        for body, (key, message, person) in list(clients.acknowledged.items())[-20:]:
            path = f"/api/v1/messages/conversations/{conversation}/messages"
            again = home.call("POST", path, {"body": body, "urgency": "routine"}, by=person, key=key)
            assert (again.status, again.json["id"]) == (201, message)
            assert again.headers["Idempotency-Replayed"] == "true"
            other = home.call("POST", path, {"body": f"{MARK} other", "urgency": "routine"}, by=person, key=key)
            assert other.is_problem(422)
    assert home.bodies(conversation) == said


def test_the_server_is_killed_while_people_send(home: Installation) -> None:
    people = home.people[:4]
    with home.serving():
        conversation = home.conversation(*people)
    clients = Clients(home, conversation, people)
    for round_ in range(3):
        with home.serving() as server:
            if round_ == 0:
                clients.begin()
            clients.wait_for(40 * (round_ + 1))
            server.process.kill()
            server.process.wait()
    with home.serving():
        clients.wait_for(len(clients.acknowledged) + 20)
        clients.end()
    assert clients.tried_again > 0
    check(home, conversation, clients)


def test_postgresql_is_killed_while_people_send(home: Installation) -> None:
    people = home.people[:4]
    with home.serving() as server:
        conversation = home.conversation(*people)
        clients = Clients(home, conversation, people)
        clients.begin()
        clients.wait_for(40)
        # One connection of the server's: PostgreSQL throws all of them out and recovers.
        victim = home.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'wcc_app' LIMIT 1")
        home.cluster.kill_one(int(victim))
        clients.wait_for(len(clients.acknowledged) + 20)
        # The whole of it.
        home.cluster.signal(signal.SIGKILL)
        home.cluster.wait()
        home.cluster.start()
        clients.wait_for(len(clients.acknowledged) + 40)
        clients.end()
        assert server.process.poll() is None
    # The server may have waited for PostgreSQL so that nobody had to try again.
    check(home, conversation, clients)
