"""Three cities for each test."""

import pytest

from tests.cities import Cities


@pytest.fixture
def cities(tmp_path):
    cities = Cities(tmp_path)
    yield cities
    cities.close()
