"""Settings: read from the environment, with defaults that serve this machine."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.csp import CSP

from commentarchive import env, settings_file
from commentarchive.log_lines import FORMATS, LEVELS, logging_settings

# The mode of what is written on request outside of VAR_DIR is the user's own.
USERS_UMASK = env.keep_files_private()
BASE_DIR = Path(__file__).resolve().parent.parent
# Templates and static files lie beside the packages in a checkout, and where the build
# puts them (setup.py) once installed. What is installed keeps nothing beside itself.
_built = BASE_DIR / "commentarchive" / "site_files"
IS_INSTALLED = _built.is_dir()
SITE_DIR = _built if IS_INSTALLED else BASE_DIR
VAR_DIR = env.directory(
    "VAR_DIR", default=(Path.cwd() if IS_INSTALLED else BASE_DIR) / "var"
)
# What the owner has set for every command; the environment itself comes first.
settings_file.take_settings(VAR_DIR / settings_file.NAME)

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = os.environ.get("SECRET_KEY") or env.kept_secret(
    VAR_DIR / "keys" / "secret_key"
)
BASE_URL = env.base_url("BASE_URL", default="http://127.0.0.1:8000")
_host = urlsplit(BASE_URL).hostname or ""
_https = BASE_URL.startswith("https:")
ALLOWED_HOSTS = [
    name for name in os.environ.get("ALLOWED_HOSTS", "").split(",") if name
] or sorted({_host, "localhost", "127.0.0.1", "[::1]"})
# ClamAV's socket, by which files are scanned before they are handed out.
CLAMD_SOCKET = env.absolute_path("CLAMD_SOCKET")
# Whose X-Forwarded-For and X-Forwarded-Proto are believed.
TRUSTED_PROXIES = env.proxies("TRUSTED_PROXIES")
# What the site calls itself: in titles, feeds and letters.
SITE_NAME = env.line("SITE_NAME", default="Comment archive", most=env.LONGEST_NAME)
TIME_ZONE = env.time_zone("TIME_ZONE", default="Europe/London")
CONTACT_EMAIL = os.environ.get("CONTACT_EMAIL", "")
# The mail server, by which letters go out; without it none is written.
HAS_MAIL = bool(os.environ.get("EMAIL_URL", "").strip())
MAILERS = env.mailers("EMAIL_URL", sender=CONTACT_EMAIL)
# Without it: the host of BASE_URL, fixed by the first key of the record.
LEDGER_ORIGIN = os.environ.get("LEDGER_ORIGIN", "")
LEDGER_KEY_FILE = Path(
    os.environ.get("LEDGER_KEY_FILE") or VAR_DIR / "keys" / "ledger"
).expanduser()
# Which witnesses are asked to confirm the record (C2SP tlog-policy); none without it.
LEDGER_POLICY = env.policy("LEDGER_POLICY")
WITNESS_KEY_FILE = VAR_DIR / "keys" / "witness"
# Whether a published comment's page offers what ties its text to the record.
TEXT_PROOFS = env.flag("TEXT_PROOFS", default=True)
# What a process that reads a file may use, in bytes.
READER_MEMORY = env.mebibytes("READER_MEMORY", default=512, least=128)
ACTOR_DISPLAY = env.choice("ACTOR_DISPLAY", ("handle", "role"), default="role")

# Whether what many comments hang on takes two people; None: where two may decide.
TWO_PEOPLE = env.flag_if_set("TWO_PEOPLE")
# Whether staff show a second factor; without one only on this machine.
STAFF_SECOND_FACTOR = env.second_factor("STAFF_SECOND_FACTOR", {_host, *ALLOWED_HOSTS})
# For how long the private journal keeps who looked at what is not public.
ACCESS_JOURNAL_DAYS = env.days("ACCESS_JOURNAL_DAYS", default=730)

INSTALLED_APPS = [
    "commentarchive.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "commentarchive.ledger",
    "commentarchive.apps.ArchiveConfig",
    "moderation",
]

MIDDLEWARE = [
    # First those that redirects and refusals of the others pass on their way out.
    "commentarchive.middleware.headers.isolate",
    "commentarchive.middleware.headers.ask_again",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "commentarchive.api.problems.answer_with_problems",
    "commentarchive.middleware.proxies.believe_trusted_proxies",
    "commentarchive.api.plain_http.refuse_programs",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "commentarchive.middleware.addresses.refuse_nul",
    "commentarchive.middleware.bodies.refuse_other_types",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "commentarchive.middleware.second_factor.guard",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "commentarchive.middleware.queries.check_queries",
    "commentarchive.middleware.outages.answer_outages",
]

ROOT_URLCONF = "commentarchive.urls"
WSGI_APPLICATION = "commentarchive.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "commentarchive.views.marked_templates.MarkedTemplates",
        "DIRS": [SITE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "commentarchive.templatetags.times",
                "commentarchive.templatetags.unseen",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commentarchive.views.site.site",
            ],
        },
    },
]

# Each package that stores rows does its part of reconcile and of an erasure here. In
# an erasure moderation looks for what repeats a text, before the text is deleted.
PACKAGE_HOOKS = [
    "moderation.package_hooks.ModerationHooks",
    "commentarchive.integrity.package_hooks.ArchiveHooks",
]
# Routers of the interface for programs, in the order in which it is described.
API_PARTS = [
    *("commentarchive.api.blogs.router", "commentarchive.api.posts.router"),
    *("commentarchive.api.comments.router", "commentarchive.api.captures.router"),
    *("commentarchive.api.cross_posts.router", "commentarchive.api.gaps.router"),
    *("moderation.api.log.router", "moderation.api.reports.router"),
]
# Whoever judges what an import brings, inside its batches (`intake/judges.py`).
JUDGES = ["moderation.actions.judging.automatic_judge"]
# What looks at copies after they were read or dated: functions of their references.
AFTER_COPIES = [
    "moderation.actions.giving_way.give_way",
    "moderation.actions.source_notes.look_at_copies",
]

DATABASES = {
    "default": env.database(
        "DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'commentarchive.sqlite3'}"
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # A page or a decision asks hundreds of statements; most are parsed and planned
        # in more time than they run. Each that is kept takes 9 kB of its connection.
        "cached_statements": 512,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "PRAGMA recursive_triggers=ON; PRAGMA secure_delete=ON;"
            "PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=4000"
        ),
    }
    # To open the file takes longer than to read a page, and a new connection begins
    # with an empty cache.
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if replica := env.replica("DATABASE_REPLICA_URL", DATABASES["default"]):
    DATABASES["replica"] = replica
DATABASE_ROUTERS = ["commentarchive.storage.replica.Router"]
# How much of finished public pages each process keeps; with 0 none.
PAGE_CACHE_BYTES = env.mebibytes("PAGE_CACHE", default=16, least=0)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PASSWORD_HASHERS = ["commentarchive.password_hashing.PatientHasher"]
# A list of passwords that were stolen somewhere: a file, a service, or none.
BREACHED_PASSWORDS = env.breaches("BREACHED_PASSWORDS")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "commentarchive.password_words.SiteWordsValidator"},
    {"NAME": "commentarchive.password_breaches.BreachedPasswordValidator"},
    *[
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in (
            "UserAttributeSimilarityValidator",
            "MinimumLengthValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        )
    ],
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "moderation:desk"
LOGOUT_REDIRECT_URL = "home"
# Where a login that may do everything takes the role in which it acts.
ROLE_URL = "moderation:role"
# Nobody signs up: logins are made in the back office or taken up by an invitation.
ACCOUNT_ADAPTER = "commentarchive.views.login_adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_ADAPTER = "commentarchive.views.login_adapters.Factors"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "commentarchive.views.factor_forms.Authenticate",
    "reauthenticate": "commentarchive.views.factor_forms.Reauthenticate",
    "add_webauthn": "commentarchive.views.factor_forms.AddPasskey",
}
# Browsers offer passkeys without https at http://localhost only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
# Nobody but this user reads anything below VAR_DIR; Django's own default is 644.
FILE_UPLOAD_PERMISSIONS = 0o600
# Forms take small files only, in memory; those of imports are streamed to our folder.
# A little more than the largest file that a form takes by itself.
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 << 20
FILE_UPLOAD_HANDLERS = ["commentarchive.intake.uploads.SmallFiles"]
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)
STATICFILES_DIRS = [SITE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Pages name files by their digest; under other names nobody asks for them.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = _https
# Whoever watches over the server asks it directly, on this machine.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
# Preloading binds every subdomain and cannot be taken back for months: by choice only.
_hsts = env.choice("HSTS", ("host", "subdomains", "preload"), default="host")
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https and _hsts != "host"
SECURE_HSTS_PRELOAD = _https and _hsts == "preload"
# What was not chosen is no oversight (`check --deploy`).
SILENCED_SYSTEM_CHECKS = {
    "host": ["security.W005", "security.W021"],
    "subdomains": ["security.W021"],
    "preload": [],
}[_hsts]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_ENGINE = "commentarchive.storage.sessions"
# A login lasts so long at most, and so long without a page of the desk; in seconds.
# The cookie lives as long as the browser is open: the server ends the session.
SESSION_COOKIE_AGE = 12 * 3600
STAFF_IDLE = 30 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "commentarchive.views.login.csrf_failure"

LOG_LEVEL = env.choice("LOG_LEVEL", LEVELS, default="WARNING")
LOG_FORMAT = env.choice("LOG_FORMAT", FORMATS, default="text")
LOGGING = logging_settings(LOG_LEVEL, LOG_FORMAT)
