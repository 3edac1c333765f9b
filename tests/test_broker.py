"""Tasks as files: the broker of one machine without services."""

import time
from queue import Empty

import pytest
from kombu import Connection

from config.broker import Transport

pytestmark = pytest.mark.once


@pytest.fixture
def channel(tmp_path):
    folders = dict.fromkeys(("control_folder", "data_folder_in", "data_folder_out"), str(tmp_path / "broker"))
    with Connection("filesystem://", transport=Transport, transport_options=folders) as connection:
        yield connection.default_channel


def test_a_message_comes_out_as_it_went_in(channel):
    channel._put("celery", {"task": "sweep"})

    assert channel._get("celery") == {"task": "sweep"}
    with pytest.raises(Empty):
        channel._get("celery")


def test_nobody_gets_a_message_that_is_half_written(channel):
    class LooksMeanwhile:
        def __json__(self) -> str:
            with pytest.raises(Empty):
                channel._get("celery")
            return "whole"

    channel._put("celery", {"task": LooksMeanwhile()})

    assert channel._get("celery") == {"task": "whole"}


def test_whoever_waits_for_a_message_soon_looks_up(channel):
    channel.connection.client.SimpleQueue("celery")  # somebody who listens
    begin = time.monotonic()
    with pytest.raises(TimeoutError):
        channel.connection.drain_events(channel.connection, timeout=60)
    assert time.monotonic() - begin < 30
