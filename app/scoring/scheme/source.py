"""Reading YAML: duplicate keys, references and deep nesting are refused, and every place keeps its line number."""

from __future__ import annotations

from typing import Any

import yaml

from app.errors import FieldError
from app.scoring.scheme.faults import Place, SchemeError, path_text

MOST_CHARACTERS = 1_000_000
DEEPEST = 20
"""Levels of nesting; a scheme has six."""


def parse(text: str) -> tuple[Any, dict[Place, int]]:
    """The document of a YAML text, and the line of every place in it. Raises `SchemeError`."""
    if len(text) > MOST_CHARACTERS:
        raise _refused("文件", f"方案文件过大，最多 {MOST_CHARACTERS} 个字符")
    try:
        _check_events(text)
        loader = yaml.CSafeLoader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                raise _refused("文件", "方案文件是空的")
            lines: dict[Place, int] = {}
            _note_lines(node, (), lines)
            return loader.construct_document(node), lines
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _refused(f"第 {line} 行", "YAML 写法有误，请检查缩进、冒号和引号") from error
    except (yaml.YAMLError, ValueError) as error:
        raise _refused("文件", "不是有效的 YAML 文件") from error


def _refused(place: str, message: str) -> SchemeError:
    return SchemeError([FieldError(place, message)])


def _check_events(text: str) -> None:
    """Before anything is built: nesting would exhaust the stack of the C library, references grow without limit."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise _refused(f"第 {line} 行", "请不要使用 YAML 引用（& 与 *），直接写出内容")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _refused(f"第 {line} 行", f"嵌套太深，最多 {DEEPEST} 层")


def _note_lines(node: yaml.Node, place: Place, lines: dict[Place, int]) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for number, each in enumerate(node.value):
            _note_lines(each, (*place, number), lines)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner, line = (*place, str(key.value)), key.start_mark.line + 1
            if inner in lines:
                raise _refused(path_text(inner), f"同一个键写了两次（第 {lines[inner]} 行和第 {line} 行）")
            lines[inner] = line
            _note_lines(value, inner, lines)
