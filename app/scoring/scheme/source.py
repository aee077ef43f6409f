"""Reading YAML: duplicate keys and references are refused, and every place keeps its line number."""

from __future__ import annotations

from typing import Any

import yaml

from app.errors import FieldError
from app.scoring.scheme.faults import Place, SchemeError, path_text

MOST_CHARACTERS = 1_000_000


def parse(text: str) -> tuple[Any, dict[Place, int]]:
    """The document of a YAML text, and the line of every place in it. Raises `SchemeError`."""
    if len(text) > MOST_CHARACTERS:
        raise SchemeError([FieldError("文件", f"方案文件过大，最多 {MOST_CHARACTERS} 个字符")])
    loader = yaml.CSafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise SchemeError([FieldError("文件", "方案文件是空的")])
        lines: dict[Place, int] = {}
        _walk(node, (), lines, set())
        return loader.construct_document(node), lines
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SchemeError([FieldError(f"第 {line} 行", "YAML 写法有误，请检查缩进、冒号和引号")]) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise SchemeError([FieldError("文件", "不是有效的 YAML 文件")]) from error
    finally:
        loader.dispose()


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int], seen: set[int]) -> None:
    line = node.start_mark.line + 1
    if id(node) in seen:
        raise SchemeError([FieldError(path_text(place), f"请不要使用 YAML 引用（& 与 *），直接写出内容（第 {line} 行）")])
    seen.add(id(node))
    lines[place] = line
    if isinstance(node, yaml.SequenceNode):
        for number, each in enumerate(node.value):
            _walk(each, (*place, number), lines, seen)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            if inner in lines:
                raise SchemeError(
                    [FieldError(path_text(inner), f"同一个键写了两次（第 {lines[inner]} 行和第 {key.start_mark.line + 1} 行）")]
                )
            _walk(value, inner, lines, seen)
            lines[inner] = key.start_mark.line + 1
