"""What all tests share: the path of helpers, and the real data beside the project where it is."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(ROOT / "tests"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; tests that need it are skipped, visibly, where it is not."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the real data (shared/data) is not beside the project")
    return SHARED / "data"
