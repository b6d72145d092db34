"""What is known of a mother's way through the programme, and what may happen to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Registration(StrEnum):
    """Whether the bot keeps a record of her, and who made it."""

    NONE = "none"
    SELF = "self"
    CADRE = "cadre"


class Consent(StrEnum):
    """What she has agreed to (contracts.md, 4)."""

    NONE = "none"
    PENDING = "pending"  # asked, not answered
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Pregnancy(StrEnum):
    """Where the pregnancy stands (contracts.md, 4); ``none`` before there is one."""

    NONE = "none"
    ACTIVE = "active"
    DELIVERED = "delivered"
    LOSS = "loss"
    MISCARRIAGE = "miscarriage"
    CLOSED = "closed"  # moved away, or lost to follow-up


class Giver(StrEnum):
    """Who spoke for her consent (contracts.md, 4)."""

    MOTHER = "mother"
    GUARDIAN = "guardian"
    CADRE = "cadre"


class Purpose(StrEnum):
    """What she may agree to separately (UU PDP 27/2022 art. 21: the purpose is told with the request)."""

    REMINDERS = "reminders"
    SHARING = "sharing"  # with cadre, midwife, desa, Dinas Sosial


class Channel(StrEnum):
    """What she may stop separately."""

    REMINDERS = "reminders"
    BROADCASTS = "broadcasts"


class LossKind(StrEnum):
    """Who died, and when."""

    MISCARRIAGE = "miscarriage"
    STILLBIRTH = "stillbirth"
    BABY_DIED = "baby_died"  # after birth
    MOTHER_DIED = "mother_died"


class Role(StrEnum):
    """Whom a duty goes to; ``registry`` is our own records."""

    MOTHER = "mother"
    CADRE = "cadre"
    MIDWIFE = "midwife"
    REGISTRY = "registry"


class WrittenTo(StrEnum):
    """Who gets what the bot sends of its own accord; direct answers and emergency help are for everybody always."""

    MOTHER = "mother"
    CADRE = "cadre"
    NOBODY = "nobody"


class Task(StrEnum):
    """What a step of the course asks to be done."""

    TELL_REGISTERED = "tell_registered"
    ASK_CONSENT = "ask_consent"  # names who registered her, and why
    ASK_GUARDIAN = "ask_guardian"
    RAISE_MINOR = "raise_minor"  # the alert ``minor_mother``
    TELL_CONSENT = "tell_consent"
    FORGET_DETAILS = "forget_details"  # she refused: nothing but the refusal is kept
    END_MESSAGES = "end_messages"  # planned reminders, due-date texts and broadcasts
    CANCEL_RIDES = "cancel_rides"
    PLAN_REMINDERS = "plan_reminders"
    PLAN_AFTER_BIRTH = "plan_after_birth"  # mother and newborn, JKN of the newborn
    CARE_AFTER_LOSS = "care_after_loss"  # told with care: somebody goes to her
    ERASE = "erase"


class Refusal(StrEnum):
    """Why an event changes nothing; the sender is told."""

    NEEDS_CONSENT = "needs_consent"
    NEEDS_MOTHER = "needs_mother"  # she has a phone: a cadre's word does not do
    SHE_SAID_NO = "she_said_no"  # only she herself can come back
    REPEATED = "repeated"
    NOT_REGISTERED = "not_registered"
    NOT_PREGNANT = "not_pregnant"
    WRONG_KIND = "wrong_kind"
    ENDED = "ended"  # by a loss: that must be undone first
    DIED = "died"
    NOTHING_TO_UNDO = "nothing_to_undo"


ALL_PURPOSES = frozenset(Purpose)


@dataclass(frozen=True)
class Ending:
    """What the last ending changed: how things stood before, so that it can be undone."""

    pregnancy: Pregnancy
    loss: bool  # else moved away or lost to follow-up
    before: Ending | None = None  # an earlier one: a mother who dies after her child


@dataclass(frozen=True)
class Course:
    """One mother's way through the programme."""

    registration: Registration = Registration.NONE
    consent: Consent = Consent.NONE
    purposes: frozenset[Purpose] = frozenset()
    pregnancy: Pregnancy = Pregnancy.NONE
    minor: bool = False
    own_phone: bool = True
    stopped: frozenset[Channel] = frozenset()
    died: bool = False
    ending: Ending | None = None


@dataclass(frozen=True)
class RegisterSelf:
    """She registers, after her consent."""

    minor: bool = False


@dataclass(frozen=True)
class RegisterByCadre:
    """A cadre registers her."""

    minor: bool = False
    own_phone: bool = True


@dataclass(frozen=True)
class ConsentGiven:
    """Somebody agrees for the purposes told."""

    by: Giver = Giver.MOTHER
    purposes: frozenset[Purpose] = ALL_PURPOSES


@dataclass(frozen=True)
class ConsentRefused:
    """She says no."""


@dataclass(frozen=True)
class Withdrawn:
    """She takes her consent back."""


@dataclass(frozen=True)
class Stopped:
    """STOP."""

    channels: frozenset[Channel] = frozenset(Channel)


@dataclass(frozen=True)
class Started:
    """START."""

    channels: frozenset[Channel] = frozenset(Channel)


@dataclass(frozen=True)
class Birth:
    """A child was born alive."""


@dataclass(frozen=True)
class Loss:
    """A child or she herself died."""

    kind: LossKind


@dataclass(frozen=True)
class UndoLoss:
    """The loss was reported in error."""


@dataclass(frozen=True)
class Moved:
    """She moved away from the kabupaten."""


@dataclass(frozen=True)
class LostToFollowUp:
    """Nobody can find her any more."""


@dataclass(frozen=True)
class Returned:
    """She is back, or was found."""


@dataclass(frozen=True)
class Erase:
    """She wants all her data deleted."""


Event = (
    RegisterSelf
    | RegisterByCadre
    | ConsentGiven
    | ConsentRefused
    | Withdrawn
    | Stopped
    | Started
    | Birth
    | Loss
    | UndoLoss
    | Moved
    | LostToFollowUp
    | Returned
    | Erase
)
