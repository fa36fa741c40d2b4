"""What a person is told when something went wrong."""

from __future__ import annotations

import logging

import pytest

from studio.errors import Conflict, Invalid, ModelRefused, ModelUnavailable, StorageError
from studio.ui.feedback import notice_of


@pytest.mark.parametrize(
    ("error", "can_retry", "action"),
    [
        (Conflict("It moved on."), True, "reload"),
        (ModelUnavailable("Nobody answers at http://x. Start the server."), True, "retry"),
        (ModelRefused("The key was refused. Enter another on the Models page."), False, ""),
        (StorageError("The disk is full."), True, "retry"),
        (Invalid("Ada is not on stage."), True, ""),
    ],
)
def test_our_own_errors_are_shown_word_for_word(error: Exception, can_retry: bool, action: str) -> None:
    notice = notice_of(error, can_retry=can_retry)
    assert notice.text == str(error)
    assert notice.action == action


def test_any_other_error_gets_a_number_and_keeps_its_words_out_of_page_and_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    try:
        raise ValueError("the diary of Ada Voss")
    except ValueError as error:
        with caplog.at_level(logging.ERROR):
            notice = notice_of(error)
    assert "diary" not in notice.text + caplog.text
    assert "ValueError" in caplog.text and "test_feedback.py" in caplog.text
    number = notice.text.removeprefix("It is noted in the log under ").split(".")[0]
    assert number in caplog.text
