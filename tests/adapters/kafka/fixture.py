"""The fixture `kafka_bootstrap`: a real broker for the tests marked `kafka`.

Which one: `TONGBAN_KAFKA` (host:port) if it is set; otherwise one that all workers of this run share, if its jars were
fetched. Where there is neither, the tests are skipped with the reason, and fail where `CI` is `true`.
"""

import os
from collections.abc import Iterator

import pytest

from tests.adapters.kafka.broker import why_unavailable
from tests.shared_server import folder_of_this_run, use_server


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """host:port of a broker. Other tests use it too: name topics so that nobody else has the name."""
    given = os.environ.get("TONGBAN_KAFKA")
    if given:
        yield given
        return
    reason = why_unavailable()
    require_kafka(f"TONGBAN_KAFKA is not set, and {reason}" if reason else None)
    with use_server(
        "tests.adapters.kafka.broker:KafkaBroker:bootstrap", folder_of_this_run(tmp_path_factory, "kafka")
    ) as address:
        yield address


def require_kafka(reason: str | None) -> None:
    """Skip, in CI fail, where no broker can be started for this reason; None: one can."""
    if reason is None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"no Kafka broker: {reason}", pytrace=False)
    pytest.skip(f"no Kafka broker: {reason}")
