"""What the little switch's own queue was told of the agents."""


def carry_out(agents: dict[str, dict[str, str]], words: tuple[str, ...]) -> None:
    """As callcenter_config: agents with what is set of them; who has a level has a tier."""
    kind, deed, *rest = words
    if kind == "agent" and deed == "add":
        agents.setdefault(rest[0], {})
    elif kind == "agent" and deed == "set":
        agents[rest[1]][rest[0]] = rest[2]
    elif kind == "agent":
        del agents[rest[0]]
    elif deed == "add":
        agents[rest[1]].setdefault("level", "1")
    else:
        agents[rest[2]]["level"] = rest[3]
