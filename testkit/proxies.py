"""nginx and Caddy with the examples of deploy/ in front of servers, on loopback.

An example is used unchanged except for its local details: name, ports, certificate,
folders, and the servers' addresses.
"""

import os
import re
import shutil
import signal
import ssl
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from testkit.server import ServerProcess
from testkit.services import (
    LOOPBACK,
    ROOT,
    Service,
    Unavailable,
    free_port,
)

EXAMPLES = ROOT / "deploy"
NAME = "localhost"


class ProxyServer(Service):
    """One of the proxies, with a certificate of its own for `localhost`."""

    program = ""

    def __init__(self, folder: Path, servers: Sequence[ServerProcess]) -> None:
        path = self._find()
        if path is None:
            raise Unavailable(f"{self.program} is not installed")
        super().__init__(folder, self.program)
        self.path = path
        self.servers = servers
        self.http_port = free_port()
        self.certificate, self._key = _certificate(folder)
        self.trust = ssl.create_default_context(cafile=str(self.certificate))

    @classmethod
    def is_here(cls) -> bool:
        """Whether this machine has the program."""
        return cls._find() is not None

    @classmethod
    def _find(cls) -> str | None:
        return shutil.which(cls.program) or shutil.which(cls.program, path="/usr/sbin")

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.port}"

    @property
    def websocket_url(self) -> str:
        return f"wss://{NAME}:{self.port}"

    def _upstreams(self) -> dict[str, str]:
        first, second = (f"{LOOPBACK}:{server.port}" for server in self.servers)
        return {"127.0.0.1:8001": first, "127.0.0.1:8002": second, "map.example.org": NAME}

    def _answers(self) -> bool:
        command = ["curl", "--silent", "--insecure", "--output", os.devnull, f"{self.url}/healthz"]
        return subprocess.run(command, check=False, timeout=10).returncode == 0


class Nginx(ProxyServer):
    """nginx with `nginx.conf` and `livemap-proxy.conf`."""

    program = "nginx"

    @property
    def access_log(self) -> str:
        return (self.folder / "access.log").read_text()

    def start(self) -> None:
        own = (self.folder / "proxy.conf", self.folder / "site.conf", self.folder / "nginx.conf")
        own[0].write_text((EXAMPLES / "livemap-proxy.conf").read_text())
        site = (EXAMPLES / "nginx.conf").read_text()
        site = re.sub(r"ssl_certificate +\S+;", f"ssl_certificate {self.certificate};", site)
        site = re.sub(r"ssl_certificate_key +\S+;", f"ssl_certificate_key {self._key};", site)
        places = {
            "    listen [::]:80;\n": "",
            "    listen [::]:443 ssl http2;\n": "",
            "listen 80;": f"listen {LOOPBACK}:{self.http_port};",
            "listen 443 ": f"listen {LOOPBACK}:{self.port} ",
            "/etc/nginx/livemap-proxy.conf": str(own[0]),
            "/var/cache/nginx/livemap": str(self.folder / "cache"),
            "/var/log/nginx/livemap.log": str(self.folder / "access.log"),
        }
        own[1].write_text(_replaced(site, places | self._upstreams()))
        temporary = "".join(
            f"{kind}_temp_path {self.folder / kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        own[2].write_text(
            f"daemon off;\npid {self.folder / 'pid'};\nerror_log stderr;\nworker_processes 1;\n"
            + ("user root;\n" if os.geteuid() == 0 else "")
            + "events { worker_connections 512; }\n"
            + f"http {{\naccess_log off;\n{temporary}include {own[1]};\n}}\n"
        )
        self.process.spawn(
            [self.path, "-p", str(self.folder), "-e", "stderr", "-c", str(own[2])],
            cwd=self.folder,
        )
        self._wait_ready(self._answers, 10)

    def reload(self) -> None:
        """Do as `systemctl reload nginx`: start new workers; the old end with their connections."""
        self.process.send(signal.SIGHUP)


class Caddy(ProxyServer):
    """Caddy with `Caddyfile`."""

    program = "caddy"

    def start(self) -> None:
        site = _replaced((EXAMPLES / "Caddyfile").read_text(), self._upstreams())
        site = site.replace(
            f"\n{NAME} {{\n", f"\n{self.url} {{\n\ttls {self.certificate} {self._key}\n"
        )
        file = self.folder / "Caddyfile"
        options = f"{{\n\tadmin off\n\tauto_https disable_redirects\n\thttp_port {self.http_port}\n"
        file.write_text(f"{options}\tdefault_bind {LOOPBACK}\n}}\n{site}")
        home: Mapping[str, str] = {"HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder)}
        self.process.spawn(
            [self.path, "run", "--config", str(file), "--adapter", "caddyfile"],
            cwd=self.folder,
            env={**home, "PATH": os.environ["PATH"]},
        )
        self._wait_ready(self._answers, 10)


def _replaced(text: str, places: Mapping[str, str]) -> str:
    for old, new in places.items():
        if old not in text:
            raise ValueError(f"the example no longer says {old!r}")
        text = text.replace(old, new)
    return text


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate, and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", f"/CN={NAME}", "-addext"]
    command += [f"subjectAltName=DNS:{NAME}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    return certificate, key
