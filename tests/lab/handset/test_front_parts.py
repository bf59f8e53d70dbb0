"""The parts of the carrier's front that need no network: packets, counts, journals."""

from pathlib import Path

from lab.carrier.message import parse, response, with_behaviour
from lab.carrier.tally import Tally
from lab.handset.journal import Follower, Journal

INVITE = (
    b"INVITE sip:+5511987654321@127.0.0.1:5062 SIP/2.0\r\nv: SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bK1\r\n"
    b"From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:+5511987654321@127.0.0.1>\r\nCall-ID: abc\r\nCSeq: 7 INVITE\r\n\r\nv=0"
)


def test_an_invite_names_who_is_called():
    packet = parse(INVITE)
    assert packet is not None
    assert (packet.method, packet.user, packet.call_id) == ("INVITE", "+5511987654321", "abc")
    assert (packet.status, packet.in_dialog) == (None, False)


def test_what_is_not_sip_is_no_packet():
    assert [parse(data) for data in (b"", b"\r\n\r\n", b"\x00" * 8, b"HELLO\r\n\r\n")] == [None] * 4


def test_the_chosen_behaviour_travels_in_a_header_and_the_body_stays():
    marked = with_behaviour(INVITE, 2)
    assert b"\r\nX-Alo-Behaviour: 2\r\n" in marked
    assert marked.endswith(b"\r\n\r\nv=0")


def test_a_refusal_answers_the_same_transaction():
    refusal = response(INVITE, 404, "Not Found")
    packet = parse(refusal)
    assert packet is not None
    assert (packet.status, packet.method, packet.call_id, packet.in_dialog) == (404, "INVITE", "abc", True)
    assert b"branch=z9hG4bK1" in refusal


def test_each_call_counts_once_and_overlaps_show():
    tally = Tally()
    tally.began("1", "+55")
    tally.answered("1", 180)
    tally.ended("1")
    for _ in range(2):
        tally.answered("1", 200)
    tally.began("2", "+55")
    tally.began("3", "+55")
    counts = tally.as_json()
    assert counts["by_status"] == {"200": 1}
    assert counts["by_number"] == {"+55": 3}
    assert (counts["now"], counts["most_at_once"], counts["overlaps"]) == (2, 2, {"+55": 1})


def test_a_follower_reads_each_row_once_and_leaves_half_a_line(tmp_path: Path):
    path = tmp_path / "said" / "carrier.jsonl"
    follower = Follower(path)
    assert list(follower.rows()) == []
    journal = Journal(path)
    journal.write({"text": "Alô?"})
    assert list(follower.rows()) == [{"text": "Alô?"}]
    with path.open("ab") as file:
        file.write(b'{"half":')
    assert list(follower.rows()) == []
    with path.open("ab") as file:
        file.write(b" 1}\n")
    assert list(follower.rows()) == [{"half": 1}]
    journal.close()
