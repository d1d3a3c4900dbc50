"""One settings file, driven by the environment. The table of names is in README.md.

Nothing here is secret. With neither DEBUG nor DEMO set, whatever is vital has to be named in the
environment, and Fingerpost refuses to start without it, naming the setting.
"""

from csp.constants import NONCE, NONE, SELF
from django.core.management.utils import get_random_secret_key

from surroundings import (
    DEBUG,  # noqa: F401 - Django reads it here
    DEMO,  # noqa: F401 - as ours do
    RELAXED,
    ROOT,
    VAR,
    as_vault_keys,
    env,
    kept_secret,
    new_vault_key,
    vital,
)

# Off only where nothing but this machine can reach the web process: demo, debug and tests.
HTTPS = env.bool("HTTPS", not RELAXED)

# --- Secrets and addresses -----------------------------------------------------------------------

SECRET_KEY = kept_secret("SECRET_KEY", get_random_secret_key)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
VAULT_KEYS = as_vault_keys(kept_secret("VAULT_KEYS", new_vault_key))
ALLOWED_HOSTS = vital("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
BASE_URL = vital("BASE_URL", f"http://localhost:{env('PORT', default='8000')}").rstrip("/")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# --- Rooms ---------------------------------------------------------------------------------------

ROOMS = [
    "home",
    "training",
    "consultations",
    "engagements",
    "billing",
    "meetings",
    "organisations",
    "accounts",
    "vault",
    "mail",
    "provider",
    "design",
    "changes",
]
INSTALLED_APPS = [
    *ROOMS,
    "wagtailnhsukfrontend",
    "design.apps.NhsukSettingsConfig",
    "wagtailnhsukfrontend.forms",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_q",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    *env.list("MORE_ROOMS", default=[]),  # the tests' own, or those of an installation
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "design.cache.KeptPages",
    "design.cache.KnownSite",
    "design.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.SecondFactor",
    "design.middleware.KeptOnStaffSide",
    "design.middleware.NoSuchAddress",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
ROOT_URLCONF = "urls"
WSGI_APPLICATION = "wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "csp.context_processors.nonce",
                "design.context.page",
                "provider.context.page",
            ],
        },
    },
]

# --- Database, cache, jobs -----------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'fingerpost.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a write lock from the start: no upgrade deadlocks
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://fingerpost")}

# How long an anonymous reader may be given a kept copy of a public page (see design/cache.py).
PAGE_CACHE_SECONDS = env.int("PAGE_CACHE_SECONDS", 60)

# The queue lives in the database, so enqueueing joins the transaction and a rollback un-enqueues.
Q_CLUSTER = {
    "name": "fingerpost",
    "orm": "default",
    "workers": env.int("WORKERS", 2),
    "timeout": 60,
    "retry": 120,
    "max_attempts": 3,
    "ack_failures": False,  # True would switch retries off
    "catch_up": False,
    "label": "Background jobs",
}

# What follows from what (idea 5): a lower floor announces the event with primitive ids, and each of
# these jobs is queued in the same transaction. Every one is safe to run twice.
FOLLOW_UPS: dict[str, list[str]] = {
    "quote_accepted": [
        "consultations.tasks.quote_accepted",
        "consultations.tasks.batch_funded",
        "training.tasks.quote_accepted",
    ],
    "quote_declined": ["consultations.tasks.batch_not_funded", "training.tasks.quote_declined"],
    "credit_note_issued": ["consultations.tasks.batch_credited"],
    "meeting_held": ["consultations.tasks.session_held"],
    "meeting_cancelled": ["consultations.tasks.session_cancelled"],
    "document_scanned": ["consultations.tasks.document_scanned"],
    "poll_waits": ["consultations.tasks.poll_waits", "training.tasks.poll_waits"],
}

# Where attendees' calendars answer: the mailbox of the provider's address. None: they answer by the buttons alone.
REPLIES_URL = env("REPLIES_URL", default="")

# What runs by the clock: job → every so many minutes. `changes.schedules` keeps the queue's rows equal.
SCHEDULES: dict[str, int] = {
    "changes.heartbeat.beat": 1,
    "mail.tasks.sweep": 1,
    "meetings.tasks.read_outside_due": 10,
    "meetings.tasks.look_after_polls": 15,
    "meetings.tasks.send_reminders": 5,
    "vault.tasks.sweep": 5,
    "vault.tasks.tidy": 24 * 60,
    "consultations.tasks.ask_for_progress": 24 * 60,
    "consultations.tasks.remind_of_reviews": 24 * 60,
    "consultations.tasks.destroy_records": 24 * 60,
    "consultations.tasks.remind_of_documents": 60,
    "consultations.tasks.tend_drafts": 24 * 60,
    "consultations.tasks.tend_batches": 24 * 60,
}
if REPLIES_URL:
    SCHEDULES["meetings.tasks.read_replies"] = 5

# --- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.NotOneself"},
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.passwords.Uncommon"},
    {"NAME": "accounts.passwords.NotTheDemoPassword"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/accounts/"
SITE_ID = 1
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", 12) * 3600

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # no password: they sign in by code or passkey
ACCOUNT_SIGNUP_REDIRECT_URL = "/accounts/organisation/join/"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True  # one address each, replaced once the new one is confirmed
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE, as everybody's
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Eight digits and three tries a code: somebody who asks for codes all day long has 1 chance in 280,000.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", False) else 0
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "20/m/ip,3/m/key,5/h/key",
    "reset_password": "20/m/ip,5/h/key",
    "verify_report": "20/m/ip",
}
ACCOUNT_FORMS = {
    "add_email": "accounts.forms.AddEmailForm",
    "change_email": "accounts.forms.ChangeEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "confirm_email_verification_code": "accounts.forms.ConfirmEmailVerificationCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
    "confirm_password_reset_code": "accounts.forms.ConfirmPasswordResetCodeForm",
    "login": "accounts.forms.LoginForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "signup": "accounts.forms.SignupForm",
}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a clock half a minute off still works
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_FORMS = {
    "activate_totp": "accounts.forms.ActivateTOTPForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "authenticate": "accounts.forms.SecondFactorForm",
    "edit_webauthn": "accounts.forms.RenamePasskeyForm",
    "reauthenticate": "accounts.forms.SecondFactorAgainForm",
}
# Staff must have a second factor. The demonstration relaxes it, and a banner says so.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", not RELAXED)

# --- Mail and files ------------------------------------------------------------------------------

MAIL_DIR = VAR / "mail"
EMAIL_CONFIG = env.email("EMAIL_URL", default="filemail://")
vars().update(EMAIL_CONFIG)
if EMAIL_CONFIG["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
    EMAIL_BACKEND = "mail.backends.FileMailbox"  # one .eml a message under MAIL_DIR
EMAIL_TIMEOUT = 20  # seconds, well under the queue's: a mail server that hangs must not stop the worker
DEFAULT_FROM_EMAIL = env("FROM_EMAIL", default="Fingerpost <no-reply@fingerpost.example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

VAULT_DIR = VAR / "vault"
MEDIA_ROOT = VAR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = VAR / "static"
STATIC_URL = "/static/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "design.finders.Stylesheet",
]
STATICFILES_DIRS = [ROOT / "site" / "design" / "assets"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "design.static_files.HashedFiles"},
    "vault": {"BACKEND": "vault.folder.PrivateFolder", "OPTIONS": {"location": VAULT_DIR}},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
if env("VAULT_S3_BUCKET", default=""):
    STORAGES["vault"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env("VAULT_S3_BUCKET"),
            "endpoint_url": env("VAULT_S3_ENDPOINT", default=None),
            "default_acl": "private",
            "file_overwrite": False,
            "querystring_auth": True,
        },
    }
# Where clamd listens: a socket path or host:port. Only debug and demo may run without one.
CLAMD = vital("CLAMD", "")
VAULT_MAX_BYTES = env.int("VAULT_MAX_BYTES", 25 * 1024 * 1024)  # of one uploaded file
VAULT_QUARANTINE_DAYS = env.int("VAULT_QUARANTINE_DAYS", 30)  # then an infected file's bytes are destroyed
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Money ---------------------------------------------------------------------------------------

STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API_BASE = env("STRIPE_API_BASE", default="https://api.stripe.com")

# --- Safety on the wire --------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "design.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        # A browser holds a form's redirect to this too: “Pay by card” ends at Stripe, or at its stand-in.
        "form-action": [
            SELF,
            "https://checkout.stripe.com",
            *([] if STRIPE_API_BASE == "https://api.stripe.com" else [STRIPE_API_BASE]),
        ],
        "frame-ancestors": [NONE],
    },
}

# --- Language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

# Whose bank holidays are no working days: ENG, WLS, SCT or NIR.
BANK_HOLIDAYS = env("BANK_HOLIDAYS", default="ENG")

# --- Wagtail -------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Fingerpost"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False  # the dashboard would call out
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_WORKFLOW_ENABLED = False  # an editor publishes; there is no second editor to ask
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# --- Telling -------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING" if RELAXED else "INFO")},
}

VAR.mkdir(parents=True, exist_ok=True)
