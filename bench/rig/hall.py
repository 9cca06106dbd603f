"""A large centre without a switch: real PostgreSQL, Valkey, web, feeder; its people are rows, its facts are made up."""

import os
import secrets
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import redis

from ccsite.run.guard import Guard
from ccsite.run.postgres import Postgres
from ccsite.run.valkey import Valkey
from tests import ports

ROOT = Path(__file__).resolve().parents[2]
QUEUES = (
    ("support", "After-sales", "售后报修"), ("install", "Installation", "安装预约"), ("billing", "Billing", "账单咨询"),
    ("complaints", "Complaints", "投诉建议"), ("members", "Members", "会员专线"), ("english", "English", "English"),
)  # fmt: skip
NAMES = (
    "王芳", "李娜", "张伟", "刘洋", "陈静", "杨磊", "赵敏", "黄强", "周杰", "吴倩",
    "徐丽", "孙浩", "胡军", "朱婷", "高峰", "林晨", "何秀", "郭涛", "马超", "罗燕",
)  # fmt: skip
PASSWORD = secrets.token_urlsafe(12)
SUPERVISOR = "linyan"


class Hall:
    """``start`` returns when pages are served. Runs: web, feed_live, and those of ``more`` (manage.py commands)."""

    def __init__(self, state: Path, guard: Guard, *more: str) -> None:
        self.log = state / "log"
        self.port = ports.free_port()
        self.address = f"http://localhost:{self.port}"
        servers = [Postgres(state, self.log, guard, durable=False), Valkey(state, self.log, guard, durable=False)]
        for server in servers:
            server.child.start()
            server.wait()
        self.redis = redis.Redis.from_url(servers[1].url, socket_timeout=30)
        os.environ.update(
            DATABASE_URL=servers[0].url, REDIS_URL=servers[1].url, SWITCHDESK_VAR=str(state),
            DJANGO_SETTINGS_MODULE="ccsite.settings",
        )  # fmt: skip
        self._more = more
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, agents: int) -> None:
        self._run("manage.py", "migrate", "-v0").wait()
        import django

        django.setup()
        self.logins = people(agents)
        for command in ("feed_live", *self._more):
            self._running.append(self._run("manage.py", command))
        web = ("-m", "uvicorn", "ccsite.asgi:application", "--port", str(self.port), "--lifespan", "off")
        self._running.append(self._run(*web, "--no-access-log"))
        self._until_served()

    def stop(self) -> None:
        for process in self._running:
            process.terminate()
        for process in self._running:
            process.wait(15)

    def _run(self, *words: str) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=log, stderr=log)

    def _until_served(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{self.address}/healthz", timeout=2).close()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)


def people(number: int) -> list[str]:
    """Departments, queues, so many agents, a supervisor of all of them; returns the agents' logins."""
    from crm.accounts.models import Department, User
    from crm.accounts.services import user_create
    from crm.telephony.models import AgentProfile, PauseReason, Queue, QueueMember, Route

    departments = [Department.objects.create(name=f"Team {n}", name_zh=f"{n} 组") for n in range(1, 7)]
    queues = [Queue.objects.create(code=code, name=name, name_zh=zh) for code, name, zh in QUEUES]
    for place, queue in enumerate(queues):
        Route.objects.create(number=f"400{place}", queue=queue)
    for code, name, zh in (("break", "Break", "小休"), ("lunch", "Lunch", "就餐"), ("training", "Training", "培训")):
        PauseReason.objects.create(code=code, name=name, name_zh=zh)
    made = User.objects.bulk_create(
        User(
            username=f"a{n:04d}", display_name=f"{NAMES[n % len(NAMES)]}{n // len(NAMES) or ''}",
            extension=str(3000 + n), department=departments[n % len(departments)], password="!",
        )
        for n in range(number)
    )  # fmt: skip
    AgentProfile.objects.bulk_create(AgentProfile(user=user) for user in made)
    QueueMember.objects.bulk_create(
        QueueMember(queue=queues[(n + extra) % len(queues)], user=user)
        for n, user in enumerate(made)
        for extra in (0, 2)
    )
    user_create(
        username=SUPERVISOR,
        password=PASSWORD,
        display_name="沈岚",
        roles=["manager"],
        department=None,
        language="zh-hans",
    )
    return [user.username for user in made]
