"""Polling against telegram-test-api: what people do there, and what it keeps of our answers."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from registry import texts
from registry.models import OutboxMessage
from tests.foreign.conftest import StartService
from tests.foreign.service import BUTTONS, CHOICE, Service, eventually
from tests.foreign.telegram_test_api import TelegramTestApi

Json = dict[str, Any]
_TOKENS, _CHATS = count(7000000001), count(700000101)


class Phone:
    """A mother who has our bot on her Telegram."""

    def __init__(self, api: TelegramTestApi, token: str, service: Service) -> None:
        self._api, self._token, self._service, self.chat = api, token, service, next(_CHATS)

    def says(self, text: str | None = None, **content: Any) -> None:
        """Write, or send something else."""
        self._api.say(self._token, self.chat, text, **content)

    def presses(self, payload: str) -> None:
        """Press one of our buttons."""
        self._api.press(self._token, self.chat, payload)

    def has(self, words: str) -> Json:
        """The first message with these words, in the double's own record."""
        found = eventually(lambda: [message for message in self.messages if message["text"].startswith(words)])
        assert found, f"no {words!r} in {self.messages}"
        return found[0]

    @property
    def sent(self) -> list[OutboxMessage]:
        """What we believe she has."""
        return self._service.sent(str(self.chat))

    @property
    def messages(self) -> list[Json]:
        """All that we sent her."""
        return self._api.received(self._token, self.chat)


@pytest.fixture
def token() -> str:
    """A bot of the test's own."""
    return f"{next(_TOKENS)}:AAH-synthetic_token_of_a_double_000"


@pytest.fixture
def phone(telegram_test_api: TelegramTestApi, token: str, start_service: StartService) -> Phone:
    """Somebody who writes to our running bot."""
    running = start_service(telegram_token=token, telegram_api_url=telegram_test_api.base_url)
    return Phone(telegram_test_api, token, running)


def inline(buttons: dict[str, str]) -> Json:
    """The keyboard under a message, as the Bot API has it."""
    return {"inline_keyboard": [[{"text": title, "callback_data": payload}] for title, payload in buttons.items()]}


def buttons_of(name: str) -> dict[str, str]:
    """The buttons under one of our own texts."""
    return dict(texts.say(name).buttons)


def test_text_is_answered_and_her_number_asked_for(phone: Phone) -> None:
    phone.says("halo")
    assert phone.has("jawaban: halo") == {"chat_id": str(phone.chat), "text": "jawaban: halo"}
    asked = phone.has(texts.say("utter_ask_phone").text)
    (share,), *others = asked["reply_markup"]["keyboard"]
    assert share == {"text": texts.phrase("phrase_share_number"), "request_contact": True}
    assert others == []


def test_choice_comes_as_inline_keyboard_and_a_press_is_understood(phone: Phone) -> None:
    phone.says(CHOICE)
    assert phone.has(f"jawaban: {CHOICE}")["reply_markup"] == inline(BUTTONS)
    phone.presses(BUTTONS["Jadwal periksa"])
    phone.has("jawaban: /ask_antenatal_schedule")


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        pytest.param({"location": {"latitude": -8.13, "longitude": 112.57}}, "utter_location_received", id="location"),
        pytest.param(
            {"voice": {"file_id": "V", "file_unique_id": "v", "duration": 4}}, "utter_media_unreadable", id="voice note"
        ),
        pytest.param(
            {"photo": [{"file_id": "P", "file_unique_id": "p", "width": 90, "height": 60}]},
            "utter_media_unreadable",
            id="photo",
        ),
        pytest.param(
            {"document": {"file_id": "D", "file_unique_id": "d", "file_name": "kia.pdf"}},
            "utter_media_unreadable",
            id="document",
        ),
        pytest.param(
            {"sticker": {"file_id": "S", "file_unique_id": "s", "type": "regular", "width": 9, "height": 9,
                         "is_animated": False, "is_video": False}},
            "utter_media_other",
            id="sticker",
        ),
    ],
)  # fmt: skip
def test_what_is_no_text_gets_its_answer(phone: Phone, content: Json, answer: str) -> None:
    phone.says(**content)
    said = phone.has(texts.say(answer).text)
    assert said.get("reply_markup", inline({})) == inline(buttons_of(answer))


def test_caption_of_a_photo_is_read(phone: Phone) -> None:
    phone.says(caption="surat rujukan", photo=[{"file_id": "P", "file_unique_id": "p", "width": 90, "height": 60}])
    phone.has("jawaban: surat rujukan")


@pytest.mark.parametrize(
    ("owner", "answer"), [(0, "utter_phone_kept"), (1, "utter_phone_refused")], ids=["her own", "of somebody else"]
)
def test_contact_counts_only_when_it_is_her_own(phone: Phone, owner: int, answer: str) -> None:
    phone.says(contact={"phone_number": "+6281200000101", "first_name": "Siti", "user_id": phone.chat + owner})
    phone.has(texts.say(answer).text)


def test_danger_sign_needs_no_rasa(phone: Phone) -> None:
    phone.says("bu saya keluar darah banyak sekarang")
    assert eventually(lambda: phone.messages)
    assert not any("jawaban" in message["text"] for message in phone.messages)


def test_long_answer_arrives_whole_and_in_order(phone: Phone) -> None:
    words = " ".join(f"kata{number}" for number in range(200))
    phone.says(words)
    phone.has("jawaban: kata0")
    eventually(lambda: any("kata199" in message["text"] for message in phone.messages))
    told = " ".join(message["text"] for message in phone.messages)
    assert [told.index(f"kata{number}") for number in (0, 99, 199)] == sorted(
        told.index(f"kata{number}") for number in (0, 99, 199)
    )


def test_what_it_took_is_sent_for_us_and_not_in_doubt(phone: Phone) -> None:
    """Its answers carry the time in milliseconds: read as a date they fail, and the message would go out again."""
    phone.says("halo")
    phone.has("jawaban: halo")
    phone.has(texts.say("utter_ask_phone").text)
    rows = eventually(lambda: phone.sent if len(phone.sent) == len(phone.messages) else [])
    assert [(row.attempts, row.doubts, row.last_error) for row in rows] == [(1, 0, None)] * 2


def test_two_bots_do_not_read_each_others_messages(
    telegram_test_api: TelegramTestApi, start_service: StartService, phone: Phone
) -> None:
    other = f"{next(_TOKENS)}:AAH-synthetic_token_of_a_double_000"
    running = start_service(telegram_token=other, telegram_api_url=telegram_test_api.base_url)
    stranger = Phone(telegram_test_api, other, running)
    stranger.says("dari sana")
    phone.says("dari sini")
    stranger.has("jawaban: dari sana")
    phone.has("jawaban: dari sini")
    assert telegram_test_api.unread(other) == []
    assert all("sana" not in message["text"] for message in phone.messages)
