"""Our own side: who we are, who works here, in which team, when, and what they are told."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from leadpact.team.types import Role, Side


class Company(models.Model):
    """The one row of company settings; every report prints its zone and currency."""

    name = models.CharField(max_length=200, default="Our company")
    zone = models.CharField(max_length=64, default="Europe/London")
    currency = models.CharField(max_length=3, default="GBP")
    fiscal_year_start_month = models.PositiveSmallIntegerField(default=1)
    week_start = models.PositiveSmallIntegerField(default=1)  # ISO: Monday = 1
    postal_address = models.TextField(default="", blank=True)
    own_domains = models.JSONField(default=list)
    competitor_domains = models.JSONField(default=list)
    deal_stages = models.JSONField(default=list)
    individual_performance_open = models.BooleanField(default=False)
    steps_left_out = models.JSONField(default=list)  # of the first hour
    steps_done = models.JSONField(default=list)  # of these, what somebody did that nothing else shows
    retention = models.JSONField(default=dict)  # rule -> days, 0: for ever; see team.retention


class Calendar(models.Model):
    """Working hours by name; `document` is what `base.working_time.parse_calendar` reads."""

    name = models.CharField(max_length=80, unique=True)
    document = models.JSONField()


class Team(models.Model):
    name = models.CharField(max_length=120, unique=True)
    side = models.CharField(max_length=12, choices=[(s.value, s.value) for s in Side])
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True)
    head = models.ForeignKey("team.User", on_delete=models.SET_NULL, null=True, related_name="+")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, *, name: str = "") -> "User":
        user = self.model(email=email, name=name or email.split("@")[0])
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody who logs in.  A user may have several roles; `capacity` is how many open leads they can work well."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    roles = models.JSONField(default=list)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="members")
    capacity = models.PositiveIntegerField(default=50)
    zone = models.CharField(max_length=64, default="", blank=True)  # "": the company's
    quiet_since = models.TimeField(null=True)  # quiet hours: mail waits until they end
    quiet_until = models.TimeField(null=True)
    notice_choices = models.JSONField(default=dict)  # kind -> [in the app, mail], where it is not the usual
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = UserManager()

    @property
    def role_set(self) -> frozenset[Role]:
        return frozenset(Role(role) for role in self.roles)

    def get_full_name(self) -> str:
        return self.name


class Absence(models.Model):
    """Away on [since, until): gets no offers; the clock of what they already hold runs on."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences")
    since = models.DateTimeField()
    until = models.DateTimeField()


class Token(models.Model):
    """A bearer token of the API; only its digest is kept.  `scopes` narrow what its user's roles may."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=120)
    digest = models.BinaryField(unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)


class KeptAnswer(models.Model):
    """What a call with an `Idempotency-Key` was answered; `request` is the digest of what it asked."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request = models.BinaryField()
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_token_and_key")]


class MailState(models.TextChoices):
    NONE = "none"
    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"


class Notice(models.Model):
    """One thing one user is told, in the app and by mail where `mail_state` says so; `key`: once and no more.

    mail_is_gathered   goes into one mail with the others of that day
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    text = models.TextField()
    url = models.CharField(max_length=400, default="")
    created_at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True)
    in_app = models.BooleanField(default=True)
    mail_is_gathered = models.BooleanField(default=False)
    mail_state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.NONE, db_index=True)
    mail_subject = models.CharField(max_length=300, default="")
    mail_body = models.TextField(default="")
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_due_at = models.DateTimeField(null=True)
    mail_claimed_at = models.DateTimeField(null=True)
    mail_sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_notice_per_user_and_key")]
        indexes = [
            models.Index(
                fields=["user", "-id"], name="notice_unread", condition=models.Q(read_at__isnull=True, in_app=True)
            ),
            models.Index(fields=["user", "in_app", "-id"], name="notice_of_user"),
        ]
