"""Three cities for each test, on both stores."""

import pytest

from tests.cities import Cities


@pytest.fixture
def cities(tmp_path, storage):
    cities = Cities(tmp_path, storage=storage)
    yield cities
    cities.close()
