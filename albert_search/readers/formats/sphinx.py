"""The directives and roles that docutils does not know: those of Sphinx and its extensions."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes, utils
from docutils.parsers.rst import Directive, directives, roles
from docutils.parsers.rst.languages import en
from docutils.statemachine import StringList

_DIRECTIVE = re.compile(r"^[ \t]*\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?(\w[\w:.+-]*?)[ \t]?::(?=\s|$)", re.MULTILINE)
_ROLE = re.compile(r":(\w[\w:.+-]*?):`|`:(\w[\w:.+-]*?):")
_TARGET = re.compile(r"(?s)(.+?)\s*<[^<>]*>\s*")
_WORDLESS = frozenset((
    "toctree", "index", "highlight", "highlightlang", "currentmodule", "module", "py:module",
    "py:currentmodule", "tabularcolumns", "include", "literalinclude", "image", "automodule", "autoclass",
    "autofunction", "automethod", "autodata", "autosummary", "only", "ifconfig", "raw", "graphviz",
    "digraph", "plot", "bibliography", "program", "default-domain", "testsetup", "testcleanup",
))  # fmt: skip
_VERSIONS = frozenset(("versionadded", "versionchanged", "deprecated", "versionremoved", "deprecated-removed"))
_CODE_NAMES = ("code", "code-block", "sourcecode")


def accept_unknown(text: str) -> None:
    """Let docutils understand every directive and role that occurs in ``text``.

    Without this it would leave out what an unknown directive holds.
    """
    for name in _CODE_NAMES:
        directives.register_directive(name, _Code)
    for match in _DIRECTIVE.finditer(text):
        if (name := match[1].lower()) not in en.directives:
            directives.register_directive(name, _UnknownDirective)
    for match in _ROLE.finditer(text):
        if (name := (match[1] or match[2]).lower()) not in en.roles:
            roles.register_local_role(name, _unknown_role)


class _AnyOption(dict[str, Any]):
    """Says yes to every option of a directive."""

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> Any:
        return directives.unchanged

    def __bool__(self) -> bool:
        return True


class _Code(Directive):
    """Code, whose first line docutils' own directive does not tell."""

    optional_arguments = 1
    has_content = True
    option_spec = _AnyOption()

    def run(self) -> list[nodes.Node]:
        code = "\n".join(self.content)
        node = nodes.literal_block(code, code)
        node.line = self.content_offset + 1
        return [node]


class _UnknownDirective(Directive):
    """A directive of Sphinx or another extension: its content is read as text."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _AnyOption()

    def run(self) -> list[nodes.Node]:
        name = self.name.lower()
        if name in _WORDLESS:
            return []
        argument_nodes: list[nodes.Node] = []
        argument = " ".join(self.arguments)
        if argument and name in _VERSIONS:
            inline, _ = self.state.inline_text(argument, self.lineno)
            argument_nodes.append(nodes.paragraph(argument, "", *inline))
        elif argument:
            argument_nodes.append(nodes.literal_block(argument, argument))
        body = nodes.container()
        self.state.nested_parse(self.content or StringList(), self.content_offset, body)
        for node in argument_nodes:
            node.line = self.lineno
        return [*argument_nodes, *body.children]


def _unknown_role(
    _name: str, rawtext: str, text: str, _line: int, _inliner: Any, _options: Any = None, _content: Any = None
) -> tuple[list[Any], list[Any]]:
    """Read a role of Sphinx or another extension as the text that it would show."""
    text = utils.unescape(text)
    if match := _TARGET.fullmatch(text):
        text = match[1]
    elif text.startswith("~"):
        text = text.rpartition(".")[2].lstrip("~")
    return [nodes.inline(rawtext, text.lstrip("!"))], []
