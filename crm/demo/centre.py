"""The demonstration's people and things, all invented.

The simulated switch's regular callers ring from the mobiles 154 0140 0001 to 154 0140 0040, one for each customer
here, in this order; prefix 154 is reserved and belongs to nobody.
"""

from typing import NamedTuple

MOBILES_FROM = 15401400000


class Person(NamedTuple):
    """``department`` is a key of DEPARTMENTS; agents serve ``queues``, each in its tier. A supervisor's phone is for
    listening in."""

    login: str
    name: str
    role: str
    department: str
    extension: str = ""
    queues: tuple[tuple[str, int], ...] = ()
    language: str = "zh-hans"

    @property
    def is_agent(self) -> bool:
        """Whether calls come to her."""
        return self.role == "agent"


ROOT = ("Contact centre", "客户联络中心")
DEPARTMENTS = {
    "service": ("Customer service", "客户服务部", ""),
    "sales": ("Sales", "销售部", ""),
    "evening": ("Evening team", "晚班组", "service"),
    "accounts": ("Key accounts", "大客户组", "sales"),
    "outbound": ("Outbound team", "外呼组", "sales"),
}
"""Key → names, and the key of what it is a part of ("": the root)."""

PLAYED = ("wangfang", "emma")
"""Agents whom persons play; the others work by themselves."""

CHAIR = "linyan"
"""Login of who chairs the meeting room."""

PEOPLE = (
    Person("wangfang", "王芳", "agent", "service", "1001", (("support", 1), ("sales", 2))),
    Person("emma", "Emma Clarke", "agent", "service", "1002", (("support", 1),), "en"),
    Person("liwei", "李伟", "agent", "service", "1003", (("support", 1),)),
    Person("zhangmin", "张敏", "agent", "evening", "1004", (("support", 1),)),
    Person("chenjing", "陈静", "agent", "evening", "1005", (("support", 1), ("sales", 2))),
    Person("james", "James Hart", "agent", "service", "1006", (), "en"),
    Person("liuyang", "刘洋", "agent", "sales", "1007", (("sales", 1),)),
    Person("zhaoqiang", "赵强", "agent", "sales", "1008", (("sales", 1), ("support", 2))),
    Person("olivia", "Olivia Moore", "agent", "accounts", "1009", (("sales", 1),), "en"),
    Person("sunna", "孙娜", "agent", "accounts", "1010", (("sales", 1),)),
    Person("hexin", "何欣", "agent", "outbound", "1011"),
    Person("luoting", "罗婷", "agent", "outbound", "1012"),
    Person("maya", "Maya Reed", "agent", "outbound", "1013", language="en"),
    Person("linyan", "林燕", "supervisor", "", "1020"),
    Person("helen", "Helen Ward", "manager", "", language="en"),
    Person("zhoujie", "周洁", "quality_inspector", ""),
    Person("admin", "Administrator", "administrator", ""),
)

QUEUES = (("support", "Support", "客户服务"), ("sales", "Sales", "销售咨询"), ("english", "English line", "英语专线"))
SKILLS = (
    ("English", "英语", "Talks with callers in English", {"james": 9, "emma": 8, "olivia": 6}, ("english",)),
    ("Orders", "订单", "Takes and changes orders", {"sunna": 9, "liuyang": 7, "chenjing": 4}, ("sales",)),
    ("Complaints", "投诉处理", "Calms and settles", {"wangfang": 8, "liwei": 5}, ()),
)
"""Names, what for, login → level, and the queues that the group serves."""

SHIFT_LEAD = ("shift_lead", "Shift lead", "值班长", "Watches the own team while she takes calls", "值班时查看本组情况")
SHIFT_LEAD_ALLOWS = ("floor.watch", "calls.see", "alarms.see")
SHIFT_LEADS = ("chenjing",)
"""A role that the centre made itself, reaching the own department."""

ROUTES = (("4001", "support"), ("4002", "sales"), ("4003", "english"))

PAUSES = (
    ("break", "Short break", "小休", "break"),
    ("lunch", "Lunch", "用餐", "break"),
    ("meeting", "Meeting", "会议", "meeting"),
    ("training", "Training", "培训", "training"),
    ("paperwork", "Paperwork", "处理事务", "work"),
)
DISPOSITIONS = (
    ("resolved", "Resolved", "已解决"),
    ("information", "Information given", "已答复咨询"),
    ("callback", "To be called back", "需回访"),
    ("order", "Order placed", "已下单"),
    ("complaint", "Complaint", "投诉"),
    ("escalated", "Passed on", "已转办"),
    ("wrong-number", "Wrong number", "打错电话"),
)
"""An agent's outcome of a call."""

COMPANIES = (
    "海风书店",
    "Harbour Books",
    "青山茶业",
    "北辰物流",
    "Fern & Finch",
    "云桥科技",
    "Lark Bicycles",
    "南湖医疗",
)
CUSTOMERS = (
    "张美玲", "王建军", "李秀兰", "刘志强", "陈晓东", "杨雪梅", "Grace Turner", "赵国华", "黄海燕", "周文斌",
    "吴丽华", "Henry Cole", "徐静怡", "孙立新", "马晓峰", "朱慧敏", "胡永刚", "郭美珍", "Amelia Reed", "何家豪",
    "高玉梅", "林子轩", "罗文静", "梁国栋", "Oscar Bell", "宋佳怡", "郑海涛", "谢婉婷", "韩冬梅", "唐俊杰",
    "Lucy Grant", "冯雅琴", "董立明", "萧雨晴", "程大伟", "曹思远", "Victor Lane", "袁梦洁", "邓超凡", "许若曦",
)  # fmt: skip


LISTED = (
    ("17000000000 ~ 17000009999", "black", "in", "骚扰电话"),
    ("17000001234", "white", "both", "合作伙伴 Harbour Books"),
    ("18800000000", "no_call", "out", "要求不再来电"),
)
"""Lines of the number lists: number or segment, list, direction, reason."""


def mobile(number: int) -> str:
    """Mobile of the customer who is ``number``-th in the list, counted from 1."""
    return str(MOBILES_FROM + number)


SPEED_DIALS = (
    ("", "10", "主管台 Supervisor", "1020"), ("", "11", "技术二线 Second line", "1003"),
    ("", "20", "仓库值班 Warehouse", f"+86{mobile(71)}"), ("", "21", "顺达物流 Courier", f"+86{mobile(72)}"),
    ("", "22", "物业报修 Building service", f"+86{mobile(73)}"),
    ("wangfang", "01", "李伟（投诉处理）", "1003"), ("wangfang", "02", "售后维修站", f"+86{mobile(74)}"),
    ("wangfang", "11", "张敏（晚班）", "1004"), ("emma", "01", "James (English line)", "1006"),
    ("emma", "02", "Returns desk", f"+86{mobile(75)}"),
)  # fmt: skip
"""Login of whose it is, "" for the centre's; code, name, number."""
