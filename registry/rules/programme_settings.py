"""The figures and switches of the entitlement rules: their names, types and limits; the values stand in the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import get_type_hints


class Regency(StrEnum):
    """Where the KTP says she lives now; the first digits of a NIK say where it was first issued and decide nothing."""

    KAB_MALANG = "KAB_MALANG"
    KOTA_MALANG = "KOTA_MALANG"
    KOTA_BATU = "KOTA_BATU"
    OTHER = "OTHER"


@dataclass(frozen=True)
class Settings:
    """All settings on one day. Each is dated and sourced in programmes.yml and explained in docs/rules.md."""

    programme_open: bool
    arrears_amnesty_in_force: bool
    uhc_priority: Mapping[str, bool]  # by regency; one that is absent has no priority
    activation_delay_days_non_priority: int
    pbi_decile_limit: int
    pbi_reactivation_window_months: int
    refusal_ban_months: int
    arrears_months_cap: int
    arrears_fine_percent: int
    arrears_fine_months_cap: int
    arrears_fine_window_days: int
    arrears_fine_cap_rupiah: int
    pbpu_premium_class3_rupiah: int
    pbpu_wait_days: int
    sktm_validity_days: int
    jkn_check_valid_days: int
    jkn_check_valid_days_near_hpl: int
    near_hpl_days: int
    papers_ready_days_before_hpl: int
    newborn_pay_days: int
    newborn_nik_months: int
    care_center_phone: str
    pandawa_whatsapp: str
    emergency_phone: str


KINDS: Mapping[str, object] = get_type_hints(Settings)

_MOST_BY_UNIT = {"days": 400, "months": 60, "percent": 100, "rupiah": 100_000_000, "limit": 10}


def fault_in(name: str, value: object) -> str | None:
    """Say why the value cannot be this setting's, or nothing when it can."""
    if name not in KINDS:
        return "is not a setting that the rules know"
    kind = KINDS[name]
    if kind is bool:
        return None if isinstance(value, bool) else "must be true or false"
    if kind is int:
        return _fault_in_number(name, value)
    if kind is str:
        return None if isinstance(value, str) and value.strip() else "must be text in quotation marks"
    return _fault_in_regencies(value)


def _fault_in_number(name: str, value: object) -> str | None:
    most = next(most for unit, most in _MOST_BY_UNIT.items() if unit in name.split("_"))
    if isinstance(value, bool) or not isinstance(value, int):
        return "must be a whole number"
    return None if 0 <= value <= most else f"must lie between 0 and {most}"


def _fault_in_regencies(value: object) -> str | None:
    if not isinstance(value, Mapping) or Regency.KAB_MALANG not in value:
        return "must say true or false for KAB_MALANG and may do so for other regencies"
    if any(key not in list(Regency) or not isinstance(flag, bool) for key, flag in value.items()):
        return "must name regencies of the rules and say true or false for each"
    return None
