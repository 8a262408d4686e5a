"""Persons, companies, what identifies them, what we know of them and since when, and what they agreed to."""

from django.db import models


class Company(models.Model):
    name = models.CharField(max_length=300)
    name_key = models.CharField(max_length=300, db_index=True)  # folded: a company without a domain is found by it
    owner = models.ForeignKey("team.User", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    facts = models.JSONField(default=dict)  # current values: size, country, industry, ...


class Domain(models.Model):
    """A registrable mail domain.  `shared` (free mail, ISP, university): identifies no company."""

    name = models.CharField(max_length=253, primary_key=True)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, null=True, related_name="domains")
    shared = models.BooleanField(default=False)


class Person(models.Model):
    """Somebody, known or not.  `merged_into` is set on the loser of a merge; reads follow it."""

    name = models.CharField(max_length=300, default="", blank=True)
    email = models.EmailField(max_length=320, default="", blank=True)  # as written; matching is by identity
    phone = models.CharField(max_length=40, default="", blank=True, db_index=True)
    title = models.CharField(max_length=200, default="", blank=True)
    company = models.ForeignKey(Company, on_delete=models.SET_NULL, null=True, related_name="persons")
    owner = models.ForeignKey("team.User", on_delete=models.SET_NULL, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    merged_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)


class Identity(models.Model):
    """What an event can carry: user id, CRM id, e-mail or anonymous id.  Events hang on identities, which never change.

    `life` counts the lives of one anonymous id: a second known person on it starts the next.
    """

    kind = models.CharField(max_length=12)  # people.types.IdentityKind
    source = models.CharField(max_length=60, default="")  # external ids are (source, value)
    value = models.CharField(max_length=320)
    life = models.PositiveIntegerField(default=1)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identities")
    strength = models.CharField(max_length=12, default="sure")  # sure, claimed (browser key), mail_link
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source", "value", "life"], name="one_identity_per_life")
        ]


class Merge(models.Model):
    """Which identities went from one person to another; taking it back moves those that are still there."""

    survivor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    loser = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    identities = models.JSONField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    entry = models.BigIntegerField()
    undone_at = models.DateTimeField(null=True)


class Fact(models.Model):
    """One value a person or company had from a moment on; kept on the row it was entered on."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="fact_history")
    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, null=True, related_name="fact_history", db_index=False
    )
    name = models.CharField(max_length=80)
    value = models.JSONField(null=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    entry = models.BigIntegerField()

    class Meta:
        # Nearly all facts are persons': with those in it, the index would look useless to SQLite, and all be read.
        indexes = [models.Index(fields=["company"], condition=models.Q(company__isnull=False), name="fact_of_company")]


class ConsentText(models.Model):
    """The wording a person agreed to; never edited, the next wording is the next version."""

    purpose = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    text = models.TextField()
    names_partners = models.BooleanField(default=False)  # partners may see the story of who agrees to it
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="one_text_per_version")]


class Consent(models.Model):
    """What one person said about one purpose; the newest row holds."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20)
    given = models.BooleanField()
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, null=True)
    happened_at = models.DateTimeField()
    source = models.CharField(max_length=80)
    entry = models.BigIntegerField()


class Suppression(models.Model):
    """An address we may not write to, whatever else is said; kept as a digest so that it outlives the person."""

    address_digest = models.BinaryField(max_length=32, unique=True)
    reason = models.CharField(max_length=40)
    created_at = models.DateTimeField()


class Erasure(models.Model):
    """An erasure asked for: whose (by number), by whom and why, and how far it has come; never a name.

    erased_at  the database holds nothing of them any more
    step       people.erasing.Step: what is done next
    place      how far that step has come
    receipt    people.erasing.Receipt as JSON: how much went from where; counts alone
    done_at    nor does any file
    """

    persons = models.JSONField()
    reason = models.CharField(max_length=40)  # people.erasing.Reason
    never_write = models.BooleanField()
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    entries = models.BigIntegerField(default=0)
    entry = models.BigIntegerField(null=True)
    erased_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=12, default="asked")
    place = models.BigIntegerField(default=0)
    receipt = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="erasure_open", condition=models.Q(done_at=None))]
