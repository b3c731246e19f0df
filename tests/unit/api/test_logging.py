"""tf.logging: what is shown, and how a message looks."""

import pytest

from tests.programs.launch import run


@pytest.fixture
def shown(tmp_path):
    def lines(text, before=""):
        path = tmp_path / "program.py"
        path.write_text(f"{before}\nimport tensorflow as tf\nlog = tf.logging\n{text}\n")
        finished = run(path)
        assert finished.returncode == 0, finished.stderr
        return finished.stderr.splitlines()

    return lines


def test_warnings_and_above_are_shown_at_first(shown):
    calls = "log.debug('a'); log.info('b'); log.warn('c %d', 1); log.warning('d'); log.error('e')"
    assert shown(f"{calls}; log.fatal('f')") == [
        "WARNING:tensorflow:c 1",
        "WARNING:tensorflow:d",
        "ERROR:tensorflow:e",
        "CRITICAL:tensorflow:f",
    ]


def test_verbosity(shown):
    assert shown(
        "log.set_verbosity(log.INFO); assert log.get_verbosity() == log.INFO == 20\n"
        "log.info('a %(x)s', {'x': 1}); log.debug('b'); log.log(log.INFO, '100%')\n"
        "log.set_verbosity('DEBUG'); log.debug('c'); log.vlog(10, 'd'); log.flush()"
    ) == ["INFO:tensorflow:a 1", "INFO:tensorflow:100%", "DEBUG:tensorflow:c", "DEBUG:tensorflow:d"]


def test_some_of_many(shown):
    assert shown(
        "for i in range(5): log.log_every_n(log.WARN, 'every %d', 3, i)\n"
        "for i in range(5): log.log_first_n(log.WARN, 'first %d', 2, i)\n"
        "for i in range(2): log.log_if(log.WARN, 'if %d', i, i)\n"
        "log.TaskLevelStatusMessage('status')"
    ) == [
        "WARNING:tensorflow:every 0",
        "WARNING:tensorflow:every 3",
        "WARNING:tensorflow:first 0",
        "WARNING:tensorflow:first 1",
        "WARNING:tensorflow:if 1",
        "ERROR:tensorflow:status",
    ]


def test_a_message_is_written_once_under_app_run(shown):
    assert shown("tf.app.run(lambda _: log.warn('once'))") == ["WARNING:tensorflow:once"]


def test_a_program_that_sets_logging_up_gets_its_own_format(shown):
    before = "import logging; logging.basicConfig(format='%(filename)s:%(lineno)d %(message)s')"
    assert shown("log.warn('here')", before) == ["program.py:4 here"]
