"""A gentle word when a sentence names a person: what we look for is the process, not somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fupan.people.models import Member, Workspace

_SHORTEST = 2
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范石廖贾夏韦方白邹孟熊秦邱江尹薛闫雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔汤"
)
# 张工, 李经理, 小王, 老陈: how colleagues are called. Not 一周总计, 对方总是, 老化, 小白点.
_CALLED = re.compile(
    rf"(?<![一本每上下这那双对官])[{_SURNAMES}](?:工(?![作序厂艺])|哥|姐|师傅|经理|主管|老师|组长|厂长|总(?![是共计量数会体之部结]))"
    rf"|(?<![大中弱])[小老][王李张刘陈杨赵吴周徐孙朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾蒋蔡]"
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Hint:
    """Whom a sentence names, and how it could be said of us."""

    name: str
    suggestion: str


def names_of(workspace: Workspace) -> list[str]:
    """What colleagues are called, the longest first."""
    found = Member.objects.filter(workspace=workspace).values_list("user__name", flat=True)
    return sorted({name.strip() for name in found if len(name.strip()) >= _SHORTEST}, key=len, reverse=True)


def hint(text: str, names: Iterable[str]) -> Hint | None:
    """The first person a sentence names, with the same sentence about us; None when it names nobody."""
    found = _named(text, names)
    return None if found is None else Hint(found.group(0), _ours(text, found))


def _named(text: str, names: Iterable[str]) -> re.Match[str] | None:
    for name in names:
        edges = ("", "") if _CHINESE.search(name) else (r"(?<!\w)", r"(?!\w)")
        found = re.search(f"{edges[0]}{re.escape(name)}{edges[1]}", text, re.IGNORECASE)
        if found:
            return found
    return _CALLED.search(text)


def _ours(text: str, found: re.Match[str]) -> str:
    """The same about us: "张工没做复检" is "我们没做复检"."""
    before, after = text[: found.start()], text[found.end() :]
    if _CHINESE.search(text):
        return before.rstrip() + "我们" + after.lstrip()
    owned = after.startswith(("'s ", "’s "))
    said = f"our {after[3:]}" if owned else f"we{after}"
    return before + (said if before.strip() else said[0].upper() + said[1:])
