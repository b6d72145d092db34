"""The clock's part of an erasure: what was kept to tell her that it is done goes too."""

from __future__ import annotations

from registry.persons import erasure
from reminders.duty import Duty

FAREWELLS = Duty("farewells", erasure.next_farewell, erasure.say_farewell)
