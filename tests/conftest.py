"""What all tests share: the path of helpers, and the real data beside the project where it is."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(ROOT / "tests"))


LONG = ("gate/test_killed.py", "gate/test_gate_equals_backtest.py")
"""Minutes, not seconds: run with PRIMUM_LONG=1."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not os.environ.get("PRIMUM_LONG"):
        for item in items:
            if item.path.as_posix().endswith(LONG):
                item.add_marker(pytest.mark.skip(reason="takes minutes: PRIMUM_LONG=1 runs it"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; tests that need it are skipped, visibly, where it is not."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the real data (shared/data) is not beside the project")
    return SHARED / "data"


@pytest.fixture(scope="session", autouse=True)
def keys_of_tests(tmp_path_factory) -> Iterator[Path]:
    """Workspaces' keys are made below a folder of the tests, in commands run by tests too."""
    folder = tmp_path_factory.mktemp("config")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder))
        patch.delenv("PRIMUM_KEY", raising=False)
        patch.delenv("PRIMUM_KEY_FILE", raising=False)
        yield folder / "primum" / "keys"
