"""Where the contracts that ship with Tongban lie: data beside the code, a folder a kind, in a checkout as in a wheel.

| folder      | holds                                                    | once released            |
|-------------|----------------------------------------------------------|--------------------------|
| `schemas/`  | the Avro schema of each version of an event              | never changes (LOCK.json) |
| `matters/`  | each version of a matter or bundle: three files          | never changes (LOCK.json) |
| `regimes/`  | each version of a legal regime                           | never changes (LOCK.json) |
| `settings/` | what regions set for matters: examples                   | may change               |
| `mappings/` | how records of old systems become forms: examples        | may change               |
"""

from pathlib import Path

LOCK_FILE = "LOCK.json"
"""In a folder of what is released: the digest of each file (`tongban.contracts.releases.lock`)."""

SHIPPED = Path(__file__).with_name("data")
SCHEMAS = SHIPPED / "schemas"
MATTERS = SHIPPED / "matters"
REGIMES = SHIPPED / "regimes"
SETTINGS = SHIPPED / "settings"
MAPPINGS = SHIPPED / "mappings"
