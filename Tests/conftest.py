"""What the tests share that meet the product from outside; Tests/product.py has what they may also start themselves."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from product import ROOT, Development, free_port, running


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """A folder with a short name, for a socket's path has a limit, that PostgreSQL's user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="wcc-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def development(scratch: Path) -> Iterator[Development]:
    """One `wcc dev` for the whole run; at its end it has to end well."""
    port, folder = free_port(), scratch / "dev"
    arguments = ["dev", "--port", str(port), "--data", str(folder)]
    with running(*arguments, port=port, output=scratch / "dev.output") as server:
        yield Development(server, folder)


@pytest.fixture(scope="session")
def base_url(development: Development) -> str:
    return development.base_url


@pytest.fixture(scope="session")
def usernames() -> dict[str, str]:
    """By the key of everybody in the demonstration, such as `sian-griffiths`; their password is `product.PASSWORD`."""
    staff = json.loads((ROOT / "Assets" / "demonstration" / "staff.json").read_text())
    return {one["key"]: one["username"] for one in staff}
