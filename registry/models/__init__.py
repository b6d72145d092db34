"""All tables, a file per subject; importing this package knows them all."""

from registry.models.broadcasts import Broadcast, BroadcastRecipient
from registry.models.cases import (
    Alert,
    AlertRecipient,
    AuditEntry,
    CompanionRequest,
    Complaint,
    EligibilityAnswer,
    Handoff,
    Paper,
    Referral,
)
from registry.models.console import ConsoleSession, SignInTry, StaffAccount
from registry.models.figures import KeptMonth
from registry.models.messages import (
    ContactAlias,
    ConversationHold,
    InboxMessage,
    MessageTemplate,
    OutboxMessage,
    OutboxPart,
    Sender,
    SenderNotice,
)
from registry.models.operation import CalendarDuty, ProgrammeSetting, SimulatedClock, SimulatedMessage
from registry.models.outside import CivilRecord, JknRecord, WelfareRecord
from registry.models.people import Consent, Contact, DataRequest, Draft, Farewell, IdentityClaim, Person, RecordChange
from registry.models.places import District, Facility, FacilityArea, FacilityChange, Regency, Village
from registry.models.pregnancies import Birth, BirthPlan, ChosenDay, Loss, Pregnancy, Visit
from registry.models.reminders import Reminder
from registry.models.rides import Ride, RideOffer, Voucher, VoucherPhoto
from registry.models.staff import Cadre, CadreArea, Driver, DriverArea, Invitation, Shift, Staff, StaffDistrict
from registry.models.targets import Target
from registry.models.wordings import Signature, Wording

__all__ = [
    "Alert",
    "AlertRecipient",
    "AuditEntry",
    "Birth",
    "BirthPlan",
    "Broadcast",
    "BroadcastRecipient",
    "Cadre",
    "CadreArea",
    "CalendarDuty",
    "ChosenDay",
    "CivilRecord",
    "CompanionRequest",
    "Complaint",
    "Consent",
    "ConsoleSession",
    "Contact",
    "ContactAlias",
    "ConversationHold",
    "DataRequest",
    "District",
    "Draft",
    "Driver",
    "DriverArea",
    "EligibilityAnswer",
    "Facility",
    "FacilityArea",
    "FacilityChange",
    "Farewell",
    "Handoff",
    "IdentityClaim",
    "InboxMessage",
    "Invitation",
    "JknRecord",
    "KeptMonth",
    "Loss",
    "MessageTemplate",
    "OutboxMessage",
    "OutboxPart",
    "Paper",
    "Person",
    "Pregnancy",
    "ProgrammeSetting",
    "RecordChange",
    "Referral",
    "Regency",
    "Reminder",
    "Ride",
    "RideOffer",
    "Sender",
    "SenderNotice",
    "Shift",
    "SignInTry",
    "Signature",
    "SimulatedClock",
    "SimulatedMessage",
    "Staff",
    "StaffAccount",
    "StaffDistrict",
    "Target",
    "Village",
    "Visit",
    "Voucher",
    "VoucherPhoto",
    "WelfareRecord",
    "Wording",
]
