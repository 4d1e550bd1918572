"""A PostgreSQL of one's own, and an organisation on it for each test."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import Cluster, Installation, Person, found

STAFF = 60


@pytest.fixture(scope="session")
def cluster(scratch: Path) -> Iterator[Cluster]:
    cluster = Cluster(scratch / "cluster")
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def seed(cluster: Cluster, scratch: Path) -> tuple[str, list[Person], Person]:
    """What every test's database is a copy of."""
    return found(cluster, scratch, STAFF)


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def home(
    cluster: Cluster, seed: tuple[str, list[Person], Person], scratch: Path, numbers: Iterator[int]
) -> Iterator[Installation]:
    template, people, stranger = seed
    name = f"home{next(numbers)}"
    cluster.sql(f"CREATE DATABASE {name} TEMPLATE {template} OWNER wcc_owner")
    yield Installation(cluster, name, scratch, people, stranger)
    cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")
