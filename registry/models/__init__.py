"""All tables, a file per subject; importing this package knows them all."""

from registry.models.cases import Alert, AlertRecipient, AuditEntry, EligibilityAnswer, Handoff
from registry.models.messages import InboxMessage, OutboxMessage
from registry.models.operation import ProgrammeSetting, SimulatedClock, SimulatedMessage
from registry.models.outside import CivilRecord, JknRecord, WelfareRecord
from registry.models.people import Consent, Contact, IdentityClaim, Person
from registry.models.places import District, Facility, FacilityArea, Regency, Village
from registry.models.pregnancies import Pregnancy, Visit
from registry.models.staff import Cadre, CadreArea, Driver, DriverArea, Staff, StaffDistrict

__all__ = [
    "Alert",
    "AlertRecipient",
    "AuditEntry",
    "Cadre",
    "CadreArea",
    "CivilRecord",
    "Consent",
    "Contact",
    "District",
    "Driver",
    "DriverArea",
    "EligibilityAnswer",
    "Facility",
    "FacilityArea",
    "Handoff",
    "IdentityClaim",
    "InboxMessage",
    "JknRecord",
    "OutboxMessage",
    "Person",
    "Pregnancy",
    "ProgrammeSetting",
    "Regency",
    "SimulatedClock",
    "SimulatedMessage",
    "Staff",
    "StaffDistrict",
    "Village",
    "Visit",
    "WelfareRecord",
]
