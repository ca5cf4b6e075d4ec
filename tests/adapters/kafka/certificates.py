"""Certificates of example authorities and brokers, made with OpenSSL's program; they last for two days.

An authority is a folder with `ca.pem` (given to those who trust it) and its key; `issue` adds a certificate for a name.
"""

import shutil
import subprocess
from pathlib import Path

REQUEST = ("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")


def why_no_certificates() -> str | None:
    """Why none can be made here, or None when they can."""
    return None if shutil.which("openssl") else "no openssl on the path"


def found_authority(folder: Path) -> Path:
    """A new authority; its certificate."""
    folder.mkdir(parents=True)
    use = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
    _make("-keyout", folder / "ca.key", "-out", folder / "ca.pem", "-subj", f"/CN={folder.name}", *use)
    return folder / "ca.pem"


def issue(authority: Path, name: str, *alternatives: str) -> tuple[Path, Path]:
    """A certificate for a name, and its key. `alternatives`: hosts, as `DNS:localhost`."""
    folder = authority.parent
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    by = ("-CA", authority, "-CAkey", folder / "ca.key")
    use = ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "keyUsage=critical,digitalSignature"]
    if alternatives:
        use += ["-addext", f"subjectAltName={','.join(alternatives)}"]
    _make("-keyout", key, "-out", certificate, "-subj", f"/CN={name}", *by, *use)
    return certificate, key


def keystore(authority: Path, name: str, *alternatives: str) -> Path:
    """Key and certificate in one file, as a broker takes them."""
    certificate, key = issue(authority, name, *alternatives)
    both = certificate.with_name(f"{name}.keystore.pem")
    both.write_text(key.read_text() + certificate.read_text())
    return both


def _make(*options: object) -> None:
    done = subprocess.run([*REQUEST, *map(str, options)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl failed:\n{done.stderr}")
