"""Write keys, by which sites and servers send what prospects do; and one's own tokens."""

from datetime import datetime
from typing import Annotated

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from leadpact.engagement import actions as engagement
from leadpact.engagement import reads as arrivals
from leadpact.engagement.types import KeyView, SourceKind
from leadpact.team import actions as team
from leadpact.team import reads as tokens_of
from leadpact.team.types import TokenView
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.once import shown_once
from leadpact.web.api.paging import Paged, some_of
from leadpact.web.shell.access import actor_of, member_of, now_of

router = Router()

Origins = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=253)]],
    Field(max_length=50, description="Of a browser key: as https://www.example.com; empty: any page."),
]


class Key(Schema):
    """`prefix` tells keys apart; the rest of a key is shown once, when it is made."""

    id: int
    name: str
    kind: str
    prefix: str
    origins: list[str]
    created_at: datetime
    is_revoked: bool


class MadeKey(Key):
    """`key` in full, this once: sent again with the same Idempotency-Key, the answer has null."""

    key: str | None


class KeyPage(Schema):
    items: list[Key]
    next: str | None


class NewKey(Body):
    """`browser`: anybody can read it, so it may send visits only; `server`: secret, may send every act."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    kind: SourceKind
    origins: Origins = []


class NewOrigins(Body):
    origins: Origins


class Token(Schema):
    """`last_used_at` to the hour."""

    id: int
    name: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    is_revoked: bool


class TokenPage(Schema):
    items: list[Token]
    next: str | None


@router.get("/keys", auth=Bearer("key.manage"), response=KeyPage, summary="Write keys, the newest first")
def keys(request: HttpRequest, wanted: Query[Paged]) -> KeyPage:
    page = some_of(arrivals.write_keys(), lambda each: (each.id,), int, asked=wanted, downwards=True)
    return KeyPage(items=[_key(each) for each in page.items], next=page.next)


@router.post("/keys", auth=Bearer("key.manage"), response=MadeKey, summary="Make a write key")
def add_key(request: HttpRequest, said: NewKey) -> MadeKey:
    shown_once(request, "key")
    by, now = actor_of(request), now_of(request)
    plain = engagement.create_source(said.name, said.kind, origins=said.origins, by=by, now=now)
    made = next(each for each in arrivals.write_keys() if each.name == said.name and not each.is_revoked)
    return MadeKey(**_key(made).model_dump(), key=plain)


@router.post(
    "/keys/{row:key_id}/origins", auth=Bearer("key.manage"), response=Key, summary="Say on which pages it may be used"
)
def set_origins(request: HttpRequest, key_id: int, said: NewOrigins) -> Key:
    found = _found(key_id)
    if found.kind is not SourceKind.BROWSER:
        raise Http404
    engagement.set_origins(key_id, said.origins, by=actor_of(request), now=now_of(request))
    return _key(_found(key_id))


@router.post(
    "/keys/{row:key_id}/revoke", auth=Bearer("key.manage"), response=Key, summary="Let a key open nothing more"
)
def revoke_key(request: HttpRequest, key_id: int) -> Key:
    """What it sent stays.  Harmless the second time."""
    engagement.revoke_source(_found(key_id).id, by=actor_of(request), now=now_of(request))
    return _key(_found(key_id))


@router.get("/tokens", auth=Bearer("token.own"), response=TokenPage, summary="One's own tokens, the newest first")
def tokens(request: HttpRequest, wanted: Query[Paged]) -> TokenPage:
    """The tokens themselves are shown on the page that makes them, once: no token makes another."""
    own = tokens_of.tokens(member_of(request).id)
    page = some_of(own, lambda each: (each.id,), int, asked=wanted, downwards=True)
    return TokenPage(items=[_token(each) for each in page.items], next=page.next)


@router.post(
    "/tokens/{row:token_id}/revoke", auth=Bearer("token.own"), response=Token, summary="End a token of one's own"
)
def revoke_token(request: HttpRequest, token_id: int) -> Token:
    """At once, the one of this very call too.  Harmless the second time."""
    own = {each.id for each in tokens_of.tokens(member_of(request).id)}
    if token_id not in own:
        raise Http404
    team.revoke_token(token_id, by=actor_of(request), now=now_of(request))
    return _token(next(each for each in tokens_of.tokens(member_of(request).id) if each.id == token_id))


def _found(key_id: int) -> KeyView:
    found = arrivals.write_key(key_id)
    if found is None:
        raise Http404
    return found


def _key(view: KeyView) -> Key:
    return Key(
        id=view.id, name=view.name, kind=view.kind.value, prefix=view.prefix, origins=list(view.origins),
        created_at=view.created_at, is_revoked=view.is_revoked,
    )  # fmt: skip


def _token(view: TokenView) -> Token:
    return Token(
        id=view.id, name=view.name, scopes=list(view.scopes), created_at=view.created_at,
        last_used_at=view.last_used_at, is_revoked=view.is_revoked,
    )  # fmt: skip
