"""Two histories are compared by their customers' ids: both are made under one key."""

import pytest


@pytest.fixture(scope="module", autouse=True)
def one_key(keys_of_tests):
    """A key that all workspaces of these tests share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRIMUM_KEY", "5c" * 32)
        yield
