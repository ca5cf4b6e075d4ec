"""Settings of one region's node, from (in this order) the command line, the environment, and `<home>/tongban.toml`.

Every setting has one name in three spellings: `topic_prefix` in the file, `TONGBAN_TOPIC_PREFIX` in the environment,
`--topic-prefix` on the command line. Secrets never stand in the file: the passphrase comes from the environment, from a
file that only its owner can read, or is asked for.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from tongban.adapters.private_files import check_private
from tongban.domain.errors import SettingsError

SETTINGS_FILE = "tongban.toml"
DEFAULT_PREFIX = "tongban"


class Settings(BaseSettings):
    """What a node needs to know beside its keys."""

    model_config = SettingsConfigDict(env_prefix="TONGBAN_", extra="forbid")

    region: str = Field(description="Region code (行政区划代码), or 'federation'.")
    log: str = Field(description="The shared log: sqlite:///PATH or kafka://HOST:PORT[,HOST:PORT].")
    store: str = Field(description="The region's own store: sqlite:///PATH.")
    views: str = Field(description="The region's views: sqlite:///PATH.")
    topic_prefix: str = Field(default=DEFAULT_PREFIX, description="What topic names begin with.")
    durable: bool = Field(default=True, description="Wait for the disk at each commit. False only for demonstrations.")
    passphrase: SecretStr | None = Field(default=None, description="Opens the keystore.", exclude=True)
    passphrase_file: Path | None = Field(default=None, description="A private file with the passphrase.")

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


def _read_secret(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        check_private(path)
        return path.read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as err:
        raise SettingsError(f"the passphrase file {path} cannot be read", found=str(err)) from err


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
        faults = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in err.errors())
        raise SettingsError(f"the settings of {home} are wrong", expected="known settings", found=faults) from err


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
