"""Two dialer processes of two nodes on one database, here at one Asterisk: they share the leads and nothing else."""

from collections import Counter

import pytest
from sqlalchemy import text

from tests.asterisk.dialer_sip import Manner
from tests.asterisk.dialer_stage import Stage, number, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_a_lead_is_never_taken_by_both(stage: Stage) -> None:
    numbers = [number(n) for n in range(24)]
    stage.carrier.manners |= dict.fromkeys(numbers, Manner(answers_after_s=0.2, hangs_up_after_s=0.8))
    await stage.open(agents_=(), ratio=2, wrapup_timeout_s=1)
    for login, node in (("ana", "main"), ("bruno", "main"), ("carla", "second"), ("davi", "second")):
        await stage.add_agent(login, node)
    await stage.start_dialer()
    await stage.start_neighbour("second")
    await stage.park()
    await stage.add_leads(numbers)
    await stage.until_over(*numbers, within_s=120)
    assert stage.carrier.dials == Counter(numbers), "every number rang once"
    async with stage.engine.connect() as connection:
        by_node = dict((await connection.execute(text("select node, count(*) from attempt group by node"))).all())
        wrong = text(
            "select count(*) from call c join attempt a on a.id = c.id join agent g on g.id = c.agent_id "
            "where g.node <> a.node"
        )
        assert await connection.scalar(wrong) == 0, "each dialer joins its own agents alone"
    assert set(by_node) == {"main", "second"}
    assert min(by_node.values()) >= 6, by_node

    async def picture_of_all() -> bool:
        shown = (await stage.picture())["agent_list"]
        return [agent["login"] for agent in shown if agent["state"] != "offline"] == ["ana", "bruno", "carla", "davi"]

    await until(picture_of_all, within_s=30, else_say=stage.picture)
