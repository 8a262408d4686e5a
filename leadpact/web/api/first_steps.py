"""The first hour: what is set up already, what is left out."""

from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema

from leadpact.base.wording import worded
from leadpact.flow import beginning
from leadpact.flow.beginning import Step
from leadpact.team import actions
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.refusals import FieldsWrong
from leadpact.web.settings.start_views import TOLD
from leadpact.web.shell.access import actor_of, members_of, now_of, settings_of

router = Router()

type State = Literal["done", "left_out", "open"]


class FirstStep(Schema):
    """`state`: done, left_out or open."""

    step: str
    state: str


class FirstSteps(Schema):
    items: list[FirstStep]


class Noted(Body):
    """What is there is done, whatever is said; `done` is for steps that nothing else shows."""

    step: Step
    state: State


@router.get("/first-steps", auth=Bearer("settings.edit"), response=FirstSteps, summary="What is set up already")
def first_steps(request: HttpRequest) -> FirstSteps:
    return _steps(request)


@router.post(
    "/first-steps", auth=Bearer("settings.edit"), response=FirstSteps, summary="Leave a first step out, or tick it"
)
def note_first_step(request: HttpRequest, said: Noted) -> FirstSteps:
    if said.state == "done" and not TOLD[said.step].tick:
        wrong = {"field": "state", "message": "This step is done when it is there."}
        raise FieldsWrong(worded("state: This step is done when it is there."), details={"fields": [wrong]})
    by, now = actor_of(request), now_of(request)
    actions.leave_out_step(said.step, is_left_out=said.state == "left_out", by=by, now=now)
    if TOLD[said.step].tick:
        actions.tick_step(said.step, is_done=said.state == "done", by=by, now=now)
    return _steps(request)


def _steps(request: HttpRequest) -> FirstSteps:
    found = beginning.begun(settings_of(request), members_of(request).values())
    states = {step: "done" if step in found.done else "left_out" if step in found.left_out else "open" for step in Step}
    return FirstSteps(items=[FirstStep(step=step.value, state=state) for step, state in states.items()])
