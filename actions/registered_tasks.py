"""Every task there is, and which wish begins which."""

from __future__ import annotations

from functools import cache

from actions.another_day import MoveVisit
from actions.births import ReportBirth
from actions.broadcast import SendBroadcast
from actions.companion import RequestCompanion
from actions.complaint import Complain
from actions.losses import ReportLoss
from actions.mother_list import MotherList
from actions.own_data import DeleteMyData, ShowMyData
from actions.recap import AskRecap
from actions.referral import RequestReferral
from actions.registration import Register
from actions.ride_changes import CancelRide, RideStatus
from actions.rides import RequestRide
from actions.task import Task
from actions.turn import Turn
from actions.update_data import UpdateData
from actions.visits import ReportVisit

_ALL: tuple[Task, ...] = (
    AskRecap(),
    DeleteMyData(),
    Complain(),
    MotherList(),
    MoveVisit(),
    ReportBirth(),
    ReportLoss(),
    ReportVisit(),
    Register(),
    RequestCompanion(),
    RequestReferral(),
    RequestRide(),
    RideStatus(),
    CancelRide(),
    SendBroadcast(),
    ShowMyData(),
    UpdateData(),
)
TASKS: dict[str, Task] = {task.name: task for task in _ALL}


@cache
def _by_intent() -> dict[str, Task]:
    return {intent: task for task in TASKS.values() for intent in task.openers}


def task_for(intent: str) -> Task | None:
    """The task that this wish begins."""
    return _by_intent().get(intent)


def task_of_data(turn: Turn) -> Task | None:
    """The task that bare data can only mean."""
    return next((task for task in _ALL if task.is_meant_by(turn)), None)
