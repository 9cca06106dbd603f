"""How quickly a file of customers is imported, and whether memory stays flat.

PostgreSQL and Valkey as `make run` starts them. A csv of rows with names, numbers, companies, levels, notes and four
fields of the centre is uploaded and imported as on the page, with all checks: numbers, values, duplicates of the file,
customers who are there already, black and do-not-call lists (1,000 lines of each); one row in fifty is bad in some way.
Then the rows that were taken are made once more by Django's `bulk_create` into the same tables, with the same indexes
and triggers and no check at all: `ratio` is how fast the import is by that. `seconds` is from the order to the end.

Memory is the greatest resident size of a process of its own that imports nothing else: 10,000 rows, then 1,000,000
(`rss_10k_mb`, `rss_1m_mb`; `scale` is what the large one had). A dry run has the same memory; the large one is a dry
run, for the rows are the same.
"""

import argparse
import csv
import gc
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.rig.servers import servers  # noqa: E402  after the path

LIMIT_S, LEAST = 15.0, 0.5
HEADER = ["姓名", "手机", "公司", "级别", "备注", "Mail", "Spend", "Born", "Source"]
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
LISTED = 1_000


def rows(many: int, first: int):
    for n in range(many):
        number = f"15{first:01}{n % 100_000_000:08}"
        if n % 50 == 7:
            number = (
                "no number",
                f"15{first}{(n - 7) % 100_000_000:08}",
                f"1900000{n % LISTED:04}",
                f"1910000{n % LISTED:04}",
            )[n // 50 % 4]
        yield [
            f"{SURNAMES[n % 30]}客{n:07}", number, f"云杉电器 {n % 977}" if n % 3 == 0 else "",
            "金卡" if n % 20 == 0 else "", f"Order {n * 7919 % 1000003:x}，周一回电" if n % 4 == 0 else "",
            f"p{n}@example.com", f"{n % 100000 / 100}", f"{1950 + n % 50}-{1 + n % 12:02}-{1 + n % 28:02}",
            ("web", "friend", "ad")[n % 3],
        ]  # fmt: skip


def file_of(path: Path, many: int, first: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        out.writerows(rows(many, first))
    return path


def centre():
    """Fields and lists; who imports."""
    from crm.accounts.models import User
    from crm.customers.models import CustomerField, FieldChoice
    from crm.numberlists.services import entries_add
    from crm.numberlists.typed import typed_number

    ada = User.objects.create_superuser("ada", password="never-typed-anywhere")
    for code, kind in (("mail", "text"), ("spend", "number"), ("born", "date"), ("source", "choice")):
        field = CustomerField.objects.create(
            code=code, name=code.capitalize(), kind=kind, decimals=2, searchable=code == "mail"
        )
        for choice in ("web", "friend", "ad") if kind == "choice" else ():
            FieldChoice.objects.create(field=field, code=choice, name=choice)
    lines = [(typed_number(f"1900000{n:04}"), {"list": "black", "way": "both"}) for n in range(LISTED)]
    lines += [(typed_number(f"1910000{n:04}"), {"list": "no_call", "way": "out"}) for n in range(LISTED)]
    entries_add(user=ada, lines=lines)
    return ada


def ordered(user, path: Path, *, wet: bool):
    """A package that a worker finds."""
    from django.core.files.uploadedfile import TemporaryUploadedFile

    from crm.customers.imports.asking import package_upload
    from crm.customers.models import Package

    upload = TemporaryUploadedFile(path.name, "text/csv", path.stat().st_size, None)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            upload.write(block)
    upload.seek(0)
    made = package_upload(user=user, upload=upload)
    Package.objects.filter(pk=made.pk).update(state="waiting" if wet else "trying")
    return made


def imported(user, path: Path) -> tuple[float, dict]:
    from crm.customers.imports.running import packages_run

    made = ordered(user, path, wet=True)
    begun = time.perf_counter()
    packages_run()
    took = time.perf_counter() - begun
    made.refresh_from_db()
    assert made.state == "done", (made.state, made.reason)
    return took, made.counts


def unchecked(many: int, first: int) -> float:
    """The same rows by Django alone, prepared before the clock starts."""
    from django.db import transaction

    from crm.customers.models import Customer, CustomerNumber, Kind

    employers = {one.name: one.pk for one in Customer.objects.filter(kind=Kind.COMPANY)}
    said = list(rows(many, first))
    begun = time.perf_counter()
    for at in range(0, many, 1000):
        with transaction.atomic():
            people = Customer.objects.bulk_create(
                [
                    Customer(
                        name=name,
                        company=company,
                        employer_id=employers.get(company),
                        level="gold" if level else "normal",
                        note=note,
                        words=mail,
                        values={"mail": mail, "spend": float(spend), "born": born, "source": source},
                    )
                    for name, _number, company, level, note, mail, spend, born, source in said[at : at + 1000]
                ]  # fmt: skip
            )
            CustomerNumber.objects.bulk_create(
                [CustomerNumber(customer=one, number=f"+8615{first}{at + n:08}") for n, one in enumerate(people)]
            )
    return time.perf_counter() - begun


def memory(path: Path) -> float:
    """Greatest resident megabytes of a process that tries the file, by itself."""
    asked = [sys.executable, __file__, "--try", str(path)]
    return float(subprocess.run(asked, check=True, capture_output=True, text=True, env=os.environ).stdout.split()[-1])


def try_alone(path: Path) -> None:
    import django

    django.setup()
    from crm.accounts.models import User
    from crm.customers.imports.running import packages_run

    made = ordered(User.objects.get(username="ada"), path, wet=False)
    packages_run()
    made.refresh_from_db()
    assert made.state == "tried", (made.state, made.reason)
    # Of ru_maxrss the parent's size would be the least: it is taken over when a program is started.
    print(int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024)


def measured(asked: argparse.Namespace, folder: Path) -> dict[str, object]:
    ada = centre()
    imported(ada, file_of(folder / "warm.csv", 500, 9))
    gc.collect()
    gc.freeze()  # as a worker does with what it has loaded (ccsite.celery)
    seconds, counts = imported(ada, file_of(folder / "rows.csv", asked.rows, 2))
    taken = asked.rows
    plain = unchecked(taken, 3)
    small = memory(file_of(folder / "small.csv", 10_000, 5))
    large = memory(file_of(folder / "large.csv", asked.scale, 6))
    return {
        "bench": "import", "rows": asked.rows, "seconds": round(seconds, 2), "rows_per_s": round(asked.rows / seconds),
        "ratio": round((asked.rows / seconds) / (taken / plain), 2),
        "baseline": "bulk_create of the same rows, unchecked",
        "baseline_seconds": round(plain, 2), "counts": counts, "rss_10k_mb": round(small, 1),
        "rss_1m_mb": round(large, 1), "scale": asked.scale,
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="10,000 rows; memory of 50,000")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--scale", type=int, default=1_000_000, help="rows of the large file of the memory")
    parser.add_argument("--try", type=Path, dest="alone", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        try_alone(asked.alone)
        return 0
    if asked.quick:
        asked.rows, asked.scale = 10_000, 50_000
    with servers() as folder:
        told = measured(asked, folder)
    print(json.dumps(told, ensure_ascii=False))
    good = float(str(told["ratio"])) >= LEAST and float(str(told["seconds"])) <= LIMIT_S * asked.rows / 100_000 + 1
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
