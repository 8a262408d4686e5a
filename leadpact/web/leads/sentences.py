"""What each kind of entry reads like in a story: one whole sentence per kind, with slots.

A sentence is used when the entry can fill every slot; otherwise the kind's
plain label stands.  Slots are set in bold by the page.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Sentence = str | Promise

SENTENCES: Mapping[str, tuple[Sentence, ...]] = {
    # the first sentence whose slots can all be filled is taken
    "page.viewed": (_("Looked at {page}"),),
    "form.submitted": (_("Sent the form {form}"),),
    "asset.downloaded": (_("Downloaded {asset}"),),
    "video.watched": (_("Watched {asset}"),),
    "mail.opened": (_("Opened the mail {message}"),),
    "mail.clicked": (_("Clicked {link} in a mail"), _("Clicked a link in the mail {message}")),
    "mail.replied": (_("Replied to the mail {message}"),),
    "webinar.registered": (_("Registered for the webinar {webinar}"),),
    "webinar.attended": (
        _("Attended the webinar {webinar} for {minutes} min"),
        _("Attended the webinar {webinar}"),
    ),
    "event.attended": (_("Visited us at {event}"),),
    "ad.clicked": (_("Clicked an advertisement of {campaign}"),),
    "mail.sent": (_("Was sent the mail {message}"),),
    "call.made": (_("{user} called"),),
    "sales_mail.sent": (_("{user} wrote a mail"),),
    "meeting.held": (_("{user} met them"),),
    "note.added": (_("{user} noted"),),
    "lead.qualified": (_("Became {ready} for sales"),),
    "lead.offered": (_("Was offered to {user}"), _("Was put into the queue of {team}")),
    "lead.opened": (_("{user} opened the offer"),),
    "lead.accepted": (_("{user} accepted the lead"),),
    "lead.rejected": (_("{user} rejected the lead: {reason}"),),
    "lead.put_off": (_("{user} put the answer off"),),
    "lead.recycled": (_("{user} gave the lead back to marketing: {reason}"),),
    "lead.disqualified": (_("{user} disqualified the lead: {reason}"),),
    "lead.pulled": (_("{user} took the lead early"),),
    "lead.kept": (_("{user} keeps the lead although it cooled"),),
    "lead.joined": (_("Joined the {hand_over} of the company"),),
    "lead.handed_on": (_("Was handed on to {to}"),),
    "lead.cooled": (_("{cooled}: the score fell under the lower mark"),),
    "offer.withdrawn": (_("The offer was {withdrawn}"),),
    "dispute.raised": (_("{user} contests what became of the lead: {contested}"),),
    "dispute.answered": (
        _("{user} answered the dispute: {dispute_answer}"),
        _("{user} answered the dispute"),
    ),
    "promise.kept": (_("{promise} was kept"),),
    "promise.missed": (_("{promise} was missed"),),
    "promise.waived": (_("{promise} was waived"),),
    "deal.opened": (_("{user} opened a deal over {amount}"), _("{user} opened a deal")),
    "deal.stage_changed": (_("{user} moved the deal to {stage}"), _("The deal moved to {stage}")),
    "deal.amount_changed": (_("{user} set the amount to {amount}"), _("The amount is {amount} now")),
    "deal.won": (_("{user} won the deal over {amount}"), _("The deal over {amount} was won")),
    "deal.lost": (_("{user} lost the deal: {reason}"), _("The deal was lost: {reason}")),
    "deal.reopened": (_("{user} reopened the deal"),),
    "deal.changed": (
        _("{user} set the next step: {next_step}"),
        _("{user} gave the deal to {owner}"),
        _("{user} changed {who_takes_part}"),
    ),
    "person.created": (_("{user} added them by hand"), _("First heard of them")),
    "comment.added": (_("{user} commented"),),
    "comment.changed": (_("{user} changed a comment"),),
    "owner.changed": (_("{owner} became the owner"),),
    "consent.given": (_("Agreed to {purpose}"),),
    "consent.withdrawn": (_("Withdrew the consent to {purpose}"),),
}

WORDS: Mapping[str, Sentence] = {
    "ready": _("ready"),
    "hand_over": _("hand-over"),
    "cooled": _("Cooled down"),
    "withdrawn": _("withdrawn"),
    "who_takes_part": _("who takes part in the deal"),
}
PROMISES: Mapping[str, Sentence] = {
    "offer": _("Marketing's promise to offer in time"),
    "answer": _("Sales' promise to answer in time"),
    "attempts": _("Sales' promise to try to reach them"),
    "feedback": _("Sales' promise to say what became of the lead"),
    "dispute": _("Sales' promise to answer the dispute"),
    "volume": _("Marketing's promise of enough leads"),
}
ROUTES: Mapping[str, Sentence] = {
    "owner of the open deal": _("they have the open deal"),
    "owner of the company": _("they have the company"),
    "former owner": _("they had this person before"),
    "fair choice": _("it was their turn"),
    "team queue": _("nobody was available"),
}
RECEIPTS: Mapping[str, Sentence] = {
    "offer": _("Receipt of the offer"),
    "answer": _("Receipt of the answer"),
    "attempts": _("Receipt of the attempts"),
    "feedback": _("Receipt of the feedback"),
    "dispute": _("Receipt of the answer to the dispute"),
}
PURPOSES: Mapping[str, Sentence] = {
    "mail": _("our mails"),
    "mail_tracking": _("our seeing which mails are read"),
    "web_tracking": _("our seeing visits to the site"),
    "profiling": _("being scored"),
}

# Book-keeping: true, kept, one click away, and not what somebody reads before a call.
BOOK_KEEPING = frozenset(
    {
        "promise.made", "person.changed", "identity.linked", "identity.unlinked", "client.identify", "client.group",
        "client.alias", "client.leadpact consent", "deal.changed", "event.voided", "event.restored", "mail.delivered",
        "person.merged", "person.unmerged", "company.changed", "company.created", "key.created", "key.revoked",
        "comment.added", "comment.changed",
    }
)  # fmt: skip
