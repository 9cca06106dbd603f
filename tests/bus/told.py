"""Facts as the engine tells them, and where they are found again."""

from switchctl.contract import facts as f


def arrived(call_id: str, at: int = 1_000_000) -> f.CallArrived:
    return f.CallArrived(call_id=call_id, at=at, node="node1", number="15412345678", dialled="4001")


def ended(call_id: str, at: int = 2_000_000) -> f.CallEnded:
    return f.CallEnded(call_id=call_id, at=at, node="node1", cause="NORMAL_CLEARING", ended_by="customer")


def arrivals(count: int) -> list[f.Fact]:
    return [arrived(f"call-{number}") for number in range(1, count + 1)]


def in_stream(redis, name: str) -> list[f.AnyFact]:
    return [f.decode(fields[b"f"]) for _, fields in redis.xrange(name)]
