"""Settings of one region's node, from (in this order) the command line, the environment, and `<home>/tongban.toml`.

Every setting has one name in three spellings: `topic_prefix` in the file, `TONGBAN_TOPIC_PREFIX` in the environment,
`--topic-prefix` on the command line. Secrets are never in the file: the passphrase and the passwords of Kafka and of
the schema registry come from the environment, or from a file that only its owner can read; the passphrase may be asked
for, too. A password in the address of a database is hidden when settings are shown; PGPASSWORD or a passfile keeps it out
of the address.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_serializer
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from tongban.adapters.kafka.options import (
    PUBLISH_TIMEOUT_SECONDS,
    REQUEST_TIMEOUT_SECONDS,
    KafkaOptions,
    Mechanism,
    Protocol,
)
from tongban.adapters.private_files import check_private
from tongban.adapters.schema_registry.options import TIMEOUT_SECONDS, SchemaRegistryOptions
from tongban.domain.errors import SettingsError

SETTINGS_FILE = "tongban.toml"
DEFAULT_PREFIX = "tongban"

_PASSWORDS = ((re.compile(r"(://[^:/?@]*):.*@"), r"\1:***@"), (re.compile(r"([?&]\w*password=)[^&]*"), r"\1***"))
"""In the address of a database: between user and host, or as a parameter."""


class KafkaSettings(BaseSettings):
    """How to reach the brokers; by default without encryption and without a user."""

    model_config = SettingsConfigDict(env_prefix="TONGBAN_", extra="forbid")

    kafka_security_protocol: Protocol = Field(
        default="PLAINTEXT", description="PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL."
    )
    kafka_sasl_mechanism: Mechanism = Field(default="SCRAM-SHA-512", description="How the password is proved.")
    kafka_sasl_username: str | None = Field(default=None, description="The region's user on the brokers.")
    kafka_sasl_password: SecretStr | None = Field(default=None, description="Its password.", exclude=True)
    kafka_sasl_password_file: Path | None = Field(default=None, description="A private file with that password.")
    kafka_ssl_cafile: Path | None = Field(default=None, description="Who signs the brokers' certificates, PEM.")
    kafka_ssl_certfile: Path | None = Field(default=None, description="The region's own certificate, PEM.")
    kafka_ssl_keyfile: Path | None = Field(default=None, description="The key of that certificate, PEM.")
    kafka_publish_timeout_seconds: float = Field(
        default=PUBLISH_TIMEOUT_SECONDS, gt=0, description="After so long a publish counts as of unknown outcome."
    )
    kafka_request_timeout_seconds: float = Field(
        default=REQUEST_TIMEOUT_SECONDS, gt=0, description="After so long a broker counts as not answering."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Exactly what is given: `load_settings` puts the sources together."""
        return (init_settings,)

    def kafka(self) -> KafkaOptions:
        """The options of a connection. Raises ExposedFileError, SettingsError."""
        given = self.kafka_sasl_password
        return KafkaOptions(
            security_protocol=self.kafka_security_protocol,
            sasl_mechanism=self.kafka_sasl_mechanism,
            sasl_username=self.kafka_sasl_username,
            sasl_password=given.get_secret_value() if given else _read_secret(self.kafka_sasl_password_file),
            ssl_cafile=self.kafka_ssl_cafile,
            ssl_certfile=self.kafka_ssl_certfile,
            ssl_keyfile=self.kafka_ssl_keyfile,
            publish_timeout_seconds=self.kafka_publish_timeout_seconds,
            request_timeout_seconds=self.kafka_request_timeout_seconds,
        )

    @classmethod
    def kafka_of_new_home(cls) -> KafkaOptions:
        """The options where there is no home yet: the environment's. Raises as `kafka`."""
        try:
            return KafkaSettings(**EnvSettingsSource(KafkaSettings)()).kafka()
        except ValidationError as err:
            raise SettingsError("the environment's settings of Kafka are wrong", found=_faults(err)) from err


class Settings(KafkaSettings):
    """What a node needs to know beside its keys."""

    region: str = Field(description="Region code (行政区划代码), or 'federation'.")
    log: str = Field(description="The shared log: sqlite:///PATH or kafka://HOST:PORT[,HOST:PORT].")
    store: str = Field(repr=False, description="The own store: sqlite:///PATH or postgresql://…/DATABASE?schema=NAME.")
    views: str = Field(repr=False, description="The views: sqlite:///PATH or postgresql://…/DATABASE?schema=NAME.")
    topic_prefix: str = Field(default=DEFAULT_PREFIX, description="What topic names begin with.")
    durable: bool = Field(default=True, description="Wait for the disk at each commit. False only for demonstrations.")
    passphrase: SecretStr | None = Field(default=None, description="Opens the keystore.", exclude=True)
    passphrase_file: Path | None = Field(default=None, description="A private file with the passphrase.")
    schema_registry: str | None = Field(
        default=None, description="The site's schema registry: https://HOST[:PORT][/PATH]."
    )
    schema_registry_username: str | None = Field(default=None, description="The region's user there.")
    schema_registry_password: SecretStr | None = Field(default=None, description="Its password.", exclude=True)
    schema_registry_password_file: Path | None = Field(default=None, description="A private file with that password.")
    schema_registry_cafile: Path | None = Field(default=None, description="Who signs its certificate, PEM.")
    schema_registry_timeout_seconds: float = Field(
        default=TIMEOUT_SECONDS, gt=0, description="After so long it counts as not answering."
    )

    @field_serializer("log", "store", "views", when_used="json")
    def _hide_passwords(self, url: str) -> str:
        for pattern, shown in _PASSWORDS:
            url = pattern.sub(shown, url)
        return url

    @field_serializer("schema_registry", when_used="json")
    def _hide_user(self, url: str | None) -> str | None:
        """An address with a user is refused where it is used; until then it may hold a password."""
        return None if url is None else re.sub(r"//[^/]*@", "//***@", url)

    def schema_registry_options(self) -> SchemaRegistryOptions | None:
        """How the site's schema registry is reached; None where there is none. Raises ExposedFileError, SettingsError."""
        if self.schema_registry is None:
            return None
        given = self.schema_registry_password
        return SchemaRegistryOptions(
            url=self.schema_registry,
            username=self.schema_registry_username,
            password=given.get_secret_value() if given else _read_secret(self.schema_registry_password_file),
            cafile=self.schema_registry_cafile,
            timeout_seconds=self.schema_registry_timeout_seconds,
        )

    def secret(self) -> str | None:
        """The passphrase, if it is set anywhere. Raises ExposedFileError, SettingsError."""
        return self.passphrase.get_secret_value() if self.passphrase is not None else _read_secret(self.passphrase_file)

    @classmethod
    def passphrase_of_new_home(cls, passphrase_file: Path | None) -> str | None:
        """The passphrase for a home that has no settings yet: from this file, or the environment. Raises as `secret`."""
        if passphrase_file is not None:
            return _read_secret(passphrase_file)
        environment = EnvSettingsSource(cls)()
        given, path = environment.get("passphrase"), environment.get("passphrase_file")
        return str(given) if given is not None else _read_secret(Path(path) if path else None)


SECRETS = frozenset(name for name, field in Settings.model_fields.items() if field.exclude)


def _read_secret(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        check_private(path)
        return path.read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as err:
        raise SettingsError(f"the file of a secret {path} cannot be read", found=str(err)) from err


def load_settings(home: Path, overrides: dict[str, Any] | None = None) -> Settings:
    """The settings of a home; `overrides` are the command line's. Raises SettingsError that names each wrong setting."""
    return load_with_origins(home, overrides)[0]


def load_with_origins(home: Path, overrides: dict[str, Any] | None = None) -> tuple[Settings, dict[str, str]]:
    """The settings of a home, and for each where it came from: command line, environment, file or default."""
    sources = (
        ("command line", overrides or {}),
        ("environment", EnvSettingsSource(Settings)()),
        ("file", _read_file(home)),
    )
    values: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.model_fields, "default")
    for origin, given in reversed(sources):
        values |= given
        origins |= dict.fromkeys(given, origin)
    try:
        return Settings(**values), origins
    except ValidationError as err:
        raise SettingsError(f"the settings of {home} are wrong", expected="known settings", found=_faults(err)) from err


def _faults(err: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in err.errors())


def _read_file(home: Path) -> dict[str, Any]:
    path = home / SETTINGS_FILE
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as err:
        raise SettingsError(
            f"{home} is not the home of a region",
            expected=f"a file {SETTINGS_FILE} in it",
            found="none",
            advice="make one with `tongban region init`, or name it with --home or TONGBAN_HOME",
        ) from err
    except OSError as err:
        raise SettingsError(f"{path} cannot be read", found=err.strerror or str(err)) from err
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise SettingsError(f"{path} cannot be read", expected="TOML", found=str(err)) from err
    for name in SECRETS & values.keys():
        raise SettingsError(
            f"a secret stands in {path}: {name}",
            expected=f"{name}_file, or TONGBAN_{name.upper()}",
            found=name,
            advice="take it out of the file; if somebody may have read it, change it",
        )
    for name in ("log", "store", "views"):
        if isinstance(values.get(name), str):
            values[name] = resolve(home, values[name])
    return values


def write_settings(home: Path, values: dict[str, str]) -> None:
    """Write the settings file of a new home."""
    # JSON writes a string as TOML reads one.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items()]
    (home / SETTINGS_FILE).write_text("".join(lines), encoding="utf-8")


def resolve(home: Path, url: str) -> str:
    """A URL of a file given relative to the home: `sqlite:///store.sqlite`."""
    scheme, separator, path = url.partition(":///")
    if not separator or scheme != "sqlite" or Path(path).is_absolute():
        return url
    return f"sqlite:///{(home / path).resolve()}"
