"""What Asterisk's console says of its task processors and trunks, as numbers."""

import pytest

from dialer.asterisk.vitals import queues, reaches
from dialer.trunk.pressure import Queue
from dialer.trunk.reach import Reach

HEAD = "Processor                        Processed   In Queue  Max Depth  Low water High water"
NEW = f"{HEAD} Low time(us) High time(us)"
CONTACT = "  Contact:  trunk-{name}/sip:{host}                 5d13bab4a3 {status}        {rtt}"


@pytest.mark.parametrize(("head", "more"), [(HEAD, ""), (NEW, "          0        120")])
def test_each_task_processor_of_old_and_new_releases(head: str, more: str) -> None:
    lines = ["", head, f"pjsip/distributor-0000001d      12         7         31        450        500{more}", ""]
    lines += [f"stasis/m:manager:core-00000006   4   0   9   2700   3000{more}", "", "2 taskprocessors"]
    assert queues(lines) == (
        Queue(name="pjsip/distributor-0000001d", waiting=7, deepest=31, high_water=500),
        Queue(name="stasis/m:manager:core-00000006", waiting=0, deepest=9, high_water=3000),
    )


def test_trunks_that_answer_do_not_and_are_not_asked() -> None:
    contacts = [
        "  Contact:  <Aor/ContactUri..............................> <Hash....> <Status> <RTT(ms)..>",
        CONTACT.format(name="main", host="127.0.0.1:5070", status="Avail", rtt="1.713"),
        CONTACT.format(name="back-up", host="sip.example.net:5060", status="Unavail", rtt="-nan"),
        CONTACT.format(name="third", host="10.0.0.1:5060", status="NonQual", rtt="nan"),
        "  Contact:  ana/sip:ana@10.0.0.9:5060               5d13bab4a4 Avail        9.1",
        "Objects found: 4",
    ]
    assert reaches(contacts, []) == {
        "main": Reach.REACHABLE,
        "back-up": Reach.UNREACHABLE,
        "third": Reach.UNKNOWN,
    }


def test_a_registration_the_carrier_did_not_take_is_said() -> None:
    registrations = [
        " <Registration/ServerURI..............................>  <Auth....................>  <Status.......>",
        " trunk-main/sip:sip.example.net:5060                      trunk-main        Registered        (exp. 281s)",
        " trunk-backup/sip:sip.two.example:5060                    trunk-backup      Rejected          (exp. 12s ago)",
        "Objects found: 2",
    ]
    assert reaches([], registrations) == {"backup": Reach.UNREGISTERED}
