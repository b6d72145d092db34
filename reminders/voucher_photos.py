"""The clock of what shows the cost of a ride: a picture is erased when it was kept long enough."""

from __future__ import annotations

from registry.transport import voucher_photos
from reminders.duty import Duty

VOUCHER_PHOTOS = Duty("voucher_photos", voucher_photos.next_erasure, voucher_photos.erase_due)
