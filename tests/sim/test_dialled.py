"""What the switch called outside can be counted afterwards, leg by leg: `--dialled FILE`.

The file outlives every process, the switch's too: proofs that nobody is dialled twice read it (uuid = the attempt).
"""

from pathlib import Path

from switchctl.sim.harness import SimSwitch


def test_each_leg_to_the_outside_leaves_a_line_and_a_colleagues_phone_none(tmp_path: Path) -> None:
    log = tmp_path / "dialled"
    with SimSwitch(lease="127.0.0.1:1", phones="*=auto", dialled=str(log)) as sim:
        for uuid, number in (("call-1", "+8613400001111"), ("call-2", "13400002222"), ("call-1", "+8613400001111")):
            sim.api(f"originate {{origination_uuid={uuid}}}sofia/gateway/carrier/{number} &park()")
        sim.api("originate user/1001 &park()")
    lines = [line.split() for line in log.read_text().splitlines()]
    assert [line[1:] for line in lines] == [
        ["call-1", "+8613400001111", "-"], ["call-2", "13400002222", "-"], ["call-1", "+8613400001111", "-"],
    ]  # fmt: skip
    assert sorted(float(line[0]) for line in lines) == [float(line[0]) for line in lines]
