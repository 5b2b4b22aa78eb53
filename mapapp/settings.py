"""All settings come from the environment, and each has a default that works.

docs/OPERATIONS.md lists them. An unusable value prevents the start, with one
sentence (mapapp/conf/env.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from servestatic.compress import Compressor

from mapapp.conf import content_security as policy
from mapapp.conf import env
from mapapp.conf.channel_layers import channel_layer
from mapapp.conf.databases import database
from mapapp.conf.languages import translations
from mapapp.conf.secret_key import checked, kept_secret_key
from mapapp.conf.workers import worker_count
from mapapp.streets.libraries import cdn_folders
from mapapp.streets.street_file import has_candidates

BASE_DIR = Path(__file__).resolve().parent.parent
# The folder for everything that the server writes: the database, the secret key,
# collected static files.
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "data")

DEBUG = env.flag("DEBUG", False)
_given_key = env.text("SECRET_KEY", "")
_key_file = DATA_DIR / "secret_key"
SECRET_KEY = checked(
    "SECRET_KEY" if _given_key else f"The secret key in {_key_file}",
    _given_key or kept_secret_key(_key_file),
)
# Earlier secrets: their signatures stay valid, and tokens are signed anew.
SECRET_KEY_FALLBACKS = [
    checked("SECRET_KEY_FALLBACKS", secret) for secret in env.names("SECRET_KEY_FALLBACKS", [])
]

# --- Addresses ---------------------------------------------------------------

# The address where people reach this server, such as https://map.example.org. Empty:
# each request's own address, which suits a laptop in a venue.
PUBLIC_URL = env.web_address("PUBLIC_URL")
_public = urlsplit(PUBLIC_URL)
_is_https = _public.scheme == "https"

# Without PUBLIC_URL, the venue's network decides on the address. A forged Host then
# only shows its sender a wrong link: no page contains the host (pages are the same
# for everybody), nothing is mailed, and links and QR codes with it are answers to
# that one request. With PUBLIC_URL, only that host and this machine itself (health
# checks) are answered.
ALLOWED_HOSTS = env.names(
    "ALLOWED_HOSTS",
    [_public.hostname, "localhost", "127.0.0.1", "[::1]"] if _public.hostname else ["*"],
)

# Believe X-Forwarded-For, -Host and -Proto. Only for a server that nothing but
# a proxy can reach, and only if the proxy overwrites what clients send in them.
BEHIND_PROXY = env.flag("BEHIND_PROXY", False)
USE_X_FORWARDED_HOST = BEHIND_PROXY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None

# --- Application -------------------------------------------------------------

INSTALLED_APPS = [
    "mapapp.web.staff_site.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "mapapp",
]

# mapapp.web.middleware says why these are not Django's own classes.
MIDDLEWARE = [
    "mapapp.web.middleware.RuntimeMiddleware",
    "mapapp.web.middleware.SecurityMiddleware",
    "mapapp.web.middleware.CSPMiddleware",
    "mapapp.web.middleware.SessionMiddleware",
    "mapapp.web.middleware.AuthenticationMiddleware",
    "mapapp.web.middleware.MessageMiddleware",
]

ROOT_URLCONF = "mapapp.urls"
ASGI_APPLICATION = "mapapp.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mapapp.web.context_processors.page",
            ],
        },
    },
]

# --- Data --------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {"default": database(env.text("DATABASE_URL", ""), DATA_DIR)}

# Processes that serve one port of this machine, together.
WORKERS = worker_count()
# Told to workers by the process that has started them: their number, and the socket of
# the broker between them.
WORKER = env.text("LIVEMAP_WORKER", "")
BROKER = env.text("LIVEMAP_BROKER", "")

# Empty: a single process, with a channel layer in its memory, or the workers of one
# machine, with a broker between them.
REDIS_URL = env.text("REDIS_URL", "")
# Whether this is the only process, which then needs nobody to tell others its news.
ALONE = not (REDIS_URL or BROKER)

CHANNEL_LAYERS: dict[str, dict[str, Any]] = {"default": channel_layer(REDIS_URL, BROKER)}

# --- Rooms -------------------------------------------------------------------

# Who may create rooms: anyone (limited per address) or staff (logged in).
ROOM_CREATION = env.choice("ROOM_CREATION", ("anyone", "staff"), "anyone")
ROOM_CREATION_PER_MINUTE = env.whole("ROOM_CREATION_PER_MINUTE", 10, least=1)
# Hours from a room's creation to its end.
ROOM_TTL_HOURS = env.whole("ROOM_TTL_HOURS", 24 * 14, least=1, most=24 * 3650)
# Days that an ended room stays in the tables, in case the clock was wrong.
ROOM_GRACE_DAYS = env.whole("ROOM_GRACE_DAYS", 7, most=3650)
# Hours after which a room ends that nobody has changed and no host has visited.
UNUSED_ROOM_HOURS = env.whole("UNUSED_ROOM_HOURS", 48, least=1)
# Threads, and so database connections, that all requests of a process share.
REQUEST_DATABASE_THREADS = env.whole("REQUEST_DATABASE_THREADS", 4, least=1, most=64)
MAX_ROOMS = env.whole("MAX_ROOMS", 1_000, least=1)
# Rooms open in one process for one address: a school may hold many lessons at once.
MAX_ROOMS_PER_ADDRESS = env.whole("MAX_ROOMS_PER_ADDRESS", 200, least=1)
MAX_PEOPLE_PER_ROOM = env.whole("MAX_PEOPLE_PER_ROOM", 5_000, least=1)
MAX_MARKERS_PER_ROOM = env.whole("MAX_MARKERS_PER_ROOM", 10_000, least=1)
# People with a row: those who have made a change, here or long gone.
MAX_STORED_PEOPLE_PER_ROOM = env.whole("MAX_STORED_PEOPLE_PER_ROOM", 10_000, least=1)
# The most markers of one person, where everybody adds shared markers.
MAX_SHARED_MARKERS_PER_PERSON = env.whole("MAX_SHARED_MARKERS_PER_PERSON", 50, least=1)
# Connections to a room: all screens, screens from one address, and one person's pages.
MAX_SCREENS_PER_ROOM = env.whole("MAX_SCREENS_PER_ROOM", 100, least=1)
MAX_SCREENS_PER_ADDRESS = env.whole("MAX_SCREENS_PER_ADDRESS", 40, least=1)
MAX_CONNECTIONS_PER_PERSON = env.whole("MAX_CONNECTIONS_PER_PERSON", 10, least=1)
# New people from one address in one room: a hall that scans a code passes, a script
# that makes one person after another is slowed down.
NEW_PEOPLE_AT_ONCE = env.whole("NEW_PEOPLE_AT_ONCE", 1_500, least=1)
NEW_PEOPLE_PER_MINUTE = env.whole("NEW_PEOPLE_PER_MINUTE", 300, least=1)
# A venue is behind one address: everybody in the hall shares this.
MAX_CONNECTIONS_PER_ADDRESS = env.whole("MAX_CONNECTIONS_PER_ADDRESS", 6_000, least=1)

# The most bytes a second sent to a phone; 0 for no limit. Larger rooms then tick
# slower on phones, while screens keep the full pace.
PHONE_BYTES_PER_SECOND = env.whole("PHONE_BYTES_PER_SECOND", 24_000, least=0)

# The time within which a connection must say who it is.
HELLO_SECONDS = env.seconds("HELLO_SECONDS", 20.0, least=0.1)
# The time that a stopping server has to commit and to say goodbye.
DRAIN_SECONDS = env.seconds("DRAIN_SECONDS", 5.0, least=0.0)

# --- The map -----------------------------------------------------------------

# Empty: no tiles, only this server's own base map. OpenStreetMap's servers are run by
# volunteers under a usage policy: large events should use others.
TILE_URL = env.text("TILE_URL", "https://tile.openstreetmap.org/{z}/{x}/{y}.png")
TILE_ATTRIBUTION = env.text(
    "TILE_ATTRIBUTION",
    '© <a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a> contributors'
    if "openstreetmap.org/" in TILE_URL
    else "",
)
# The folder to load Leaflet from; empty: from this server only.
LEAFLET_CDN = env.text("LEAFLET_CDN", "https://unpkg.com/leaflet@1.9.4/dist").rstrip("/")

# The names of places, indexed once for each version.
PLACES_DIR = DATA_DIR / "places"

# Results in words are worked out by a process of its own, which takes some 50 MB while
# rooms are in use. Without it the map is all there is.
RESULTS = env.flag("RESULTS", True)

# --- Static files ------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "mapapp.assets.static_storage.HashedStaticFiles"
        ),
    },
}
# The pages use hashed names only; keeping the others would double the files.
SERVESTATIC_KEEP_ONLY_HASHED_FILES = True
# The finer base map is packed already, and read in parts.
SERVESTATIC_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "bin")

# --- Language ----------------------------------------------------------------

# One language for the whole server: a page is the same bytes for everybody, so that
# a cache may hold it. English, or a language that has a translation: a page must not
# claim to be in a language that it is not in.
LOCALE_PATHS = [BASE_DIR / "locale", DATA_DIR / "locale"]
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", translations(LOCALE_PATHS), "en")
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Security ----------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": policy.directives(
        tile_url=TILE_URL,
        leaflet_cdn=LEAFLET_CDN,
        # To draw a street map in the data folder, where there is no local copy of them.
        libraries=cdn_folders() if LEAFLET_CDN and has_candidates(DATA_DIR) else [],
        sockets=[PUBLIC_URL.replace("http", "ws", 1)] if PUBLIC_URL else [],
    )
}
# Other sites never see the room's code; a tile server sees the site's name, which
# OpenStreetMap's usage policy asks for.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
# Browsers ignore this header on plain http and complain about it on the console.
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if _is_https else None
# Thirty days, in seconds, and for this host alone: going back to plain http under
# the same name takes no longer than that.
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if _is_https else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
LOGIN_URL = "staff-login"
LOGIN_REDIRECT_URL = "admin:index"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- Log ---------------------------------------------------------------------

_worker = f"worker {WORKER} " if WORKER else ""
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": f"{{asctime}} {_worker}{{levelname}} {{name}}: {{message}}",
            "style": "{",
        },
    },
    "filters": {"faults_only": {"()": "mapapp.conf.log_filters.FaultsOnly"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "mapapp": {"level": "INFO"},
        "consumers": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # A scanner's 404s and wrong Hosts are somebody else's mistakes.
        "django.request": {"level": "ERROR", "filters": ["faults_only"]},
        "django.security": {"level": "CRITICAL"},
        # It logs a traceback every second while Redis is away; the relay says so
        # once, in a sentence (mapapp/live/relay/relay.py).
        "channels_redis": {"level": "CRITICAL"},
    },
}
