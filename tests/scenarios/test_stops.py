"""A stop that comes in the same moment as something else is still a stop."""

import asyncio

from dialer.asterisk.far_end import FarEnd
from dialer.runtime.routines import end
from tests.scenarios.house import TALKS, House


async def test_a_campaign_that_is_stopped_in_the_moment_a_call_ends_stops(house: House):
    await house.furnish(agents=1, far_ends=[FarEnd(ring_s=30), TALKS])
    await house.open()
    dialling = house.dialer.diallings[1]

    dialling.kick()
    async with asyncio.timeout(5):
        await dialling.stop()

    assert dialling._task is not None
    assert dialling._task.done()


async def test_no_dial_is_made_a_second_after_the_stop_though_softphones_are_being_configured(house: House):
    async def slowly(_accounts: object) -> None:
        await asyncio.sleep(30)

    await house.furnish(agents=2, far_ends=[FarEnd(kind="busy", ring_s=0.5)] * 200)
    await house.open()
    house.dialer._configure_agents = slowly
    await house.hire("newcomer")
    configuring = asyncio.create_task(house.ask("agents.changed"))
    await asyncio.sleep(5)
    stopping = asyncio.create_task(house.change_campaign(status="paused"))
    await asyncio.sleep(1)
    dialled = len(house.exchange.originated)
    await asyncio.sleep(10)
    assert not configuring.done()
    assert 0 < dialled == len(house.exchange.originated) < 200
    assert await asyncio.gather(configuring, stopping) == [None, None]


async def test_a_campaign_stopped_and_run_again_at_once_is_dialled(house: House):
    await house.furnish(agents=1, far_ends=[FarEnd(kind="busy", ring_s=0.5)] * 50)
    await house.open()
    await house.dialer.diallings[1].stop()
    dialled = len(house.exchange.originated)
    assert await house.change_campaign(status="running") is None
    await asyncio.sleep(10)
    assert len(house.exchange.originated) > dialled


async def test_a_task_that_missed_its_cancellation_is_told_again():
    async def hard_of_hearing() -> None:
        moment = asyncio.Event()
        asyncio.get_running_loop().call_later(1, moment.set)
        while True:
            try:
                await moment.wait()
            except asyncio.CancelledError:
                if moment.is_set():
                    raise
            await asyncio.sleep(0.1)

    task = asyncio.create_task(hard_of_hearing())
    await asyncio.sleep(0)

    async with asyncio.timeout(5):
        await end(task)

    assert task.cancelled()
