"""Source code: comments, docstrings and the heads of definitions, below the names of what they stand in."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import groupby
from pathlib import Path

from tree_sitter import Language, Node, Parser, Query, QueryCursor

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, clean
from albert_search.readers.encodings import decode, load
from albert_search.readers.formats.text import add_paragraphs
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document

_LARGEST_BYTES = 4 * 2**20
_LONGEST_HEAD = 1000
_SHEBANG = re.compile(r"\A#![^\n]*")
_COMMENT_BELOW = re.compile(r"\n\s*(?:#|//|/\*|--)")


@dataclass(frozen=True, slots=True)
class _Grammar:
    """Where the grammar of a language is, and what its nodes are called.

    Attributes:
        module: Module that holds it, without ``tree_sitter_``.
        suffixes: Of the files in that language.
        definitions: Kinds of nodes that give something a name.
        comments: Kinds of nodes that are comments.
        function: Name of the function in the module that returns it.
    """

    module: str
    suffixes: str
    definitions: str
    comments: str = "comment"
    function: str = "language"


_SCRIPT = "class_declaration function_declaration generator_function_declaration method_definition"
_TYPED_SCRIPT = f"{_SCRIPT} abstract_class_declaration enum_declaration interface_declaration type_alias_declaration"
_C = "function_definition struct_specifier enum_specifier union_specifier type_definition"
_GRAMMARS = (
    _Grammar("python", ".py .pyi", "class_definition function_definition"),
    _Grammar("javascript", ".js .mjs .cjs .jsx", _SCRIPT),
    _Grammar("typescript", ".ts .mts .cts", _TYPED_SCRIPT, function="language_typescript"),
    _Grammar("typescript", ".tsx", _TYPED_SCRIPT, function="language_tsx"),
    _Grammar(
        "java",
        ".java",
        "class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration "
        "method_declaration constructor_declaration",
        "block_comment line_comment",
    ),
    _Grammar("c", ".c .h", _C),
    _Grammar("cpp", ".cc .cpp .cxx .hh .hpp .hxx", f"{_C} class_specifier namespace_definition concept_definition"),
    _Grammar("go", ".go", "function_declaration method_declaration type_spec"),
    _Grammar(
        "rust",
        ".rs",
        "function_item function_signature_item struct_item enum_item trait_item impl_item mod_item type_item "
        "union_item macro_definition",
        "block_comment line_comment",
    ),
    _Grammar("ruby", ".rb", "class module method singleton_method"),
    _Grammar(
        "c_sharp",
        ".cs",
        "class_declaration interface_declaration struct_declaration record_declaration enum_declaration "
        "namespace_declaration method_declaration constructor_declaration property_declaration delegate_declaration",
    ),
    _Grammar(
        "php",
        ".php",
        "class_declaration interface_declaration trait_declaration enum_declaration function_definition "
        "method_declaration",
        function="language_php",
    ),
    _Grammar("bash", ".sh .bash", "function_definition"),
    _Grammar(
        "scala",
        ".scala",
        "class_definition object_definition trait_definition enum_definition function_definition function_declaration",
        "comment block_comment",
    ),
    _Grammar(
        "kotlin", ".kt .kts", "class_declaration object_declaration function_declaration", "block_comment line_comment"
    ),
    _Grammar(
        "swift",
        ".swift",
        "class_declaration protocol_declaration function_declaration protocol_function_declaration init_declaration",
        "comment multiline_comment",
    ),
    _Grammar("lua", ".lua", "function_declaration"),
)
_BY_SUFFIX = {suffix: grammar for grammar in _GRAMMARS for suffix in grammar.suffixes.split()}
_DOCSTRINGS = """
    (module . (comment)* . (expression_statement (string) @docstring))
    (class_definition body: (block . (comment)* . (expression_statement (string) @docstring)))
    (function_definition body: (block . (comment)* . (expression_statement (string) @docstring)))
"""
_MARKS = re.compile(
    r"(?m)^[ \t]*(?:/\*+!?|//[/!]*|\*(?!/)|#+|--(?:\[=*\[)?|=begin\b|=end\b)[ \t]?|[ \t]*(?:\*+/|\]=*\])[ \t]*$"
)
_QUOTES = re.compile(r"[A-Za-z]{0,2}(\"\"\"|\'\'\'|\"|\')(.*)\1", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What becomes a block, or several.

    Attributes:
        start: Its first byte.
        end: One past its last byte.
        line: Line on which it begins, from 1.
        text: What it says.
        name: Of a definition, what it defines; empty where that has no name.
        is_definition: False for comments and docstrings.
        last_line: Line on which it ends.
    """

    start: int
    end: int
    line: int
    text: str
    name: str = ""
    is_definition: bool = False
    last_line: int = 0


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read a file of source code.

    A definition is its head up to its body; its place is the names of the definitions around it, and that of a
    comment right above a definition is that one's too.
    """
    data = load(path)
    if len(data) > _LARGEST_BYTES:
        raise ReadError(f"it is larger than {_LARGEST_BYTES // 2**20} MiB, which no person has written")
    with reading("source code", *PARSER_ERRORS):
        source = clean(decode(data)).encode()
        builder = DocumentBuilder(str(path))
        parser, query = _language(path.suffix.lower())
        found = QueryCursor(query).captures(parser.parse(source).root_node)
        pieces = [_definition(node, source) for node in found.get("definition", [])]
        pieces += _comments(found.get("comment", []), source)
        pieces += [_docstring(node, source) for node in found.get("docstring", [])]
        _add(builder, sorted(pieces, key=lambda piece: (piece.start, -piece.end)))
        yield builder.build()


@cache
def _language(suffix: str) -> tuple[Parser, Query]:
    """Return the parser of a language, and what finds comments, docstrings and definitions in its trees."""
    grammar = _BY_SUFFIX[suffix]
    language = Language(getattr(import_module(f"tree_sitter_{grammar.module}"), grammar.function)())
    # What is called a specifier may also be the mere use of what is defined elsewhere.
    patterns = [
        f"({kind} {'body: (_)' if kind.endswith('_specifier') else ''}) @definition"
        for kind in grammar.definitions.split()
    ]
    patterns += [f"({kind}) @comment" for kind in grammar.comments.split()]
    if grammar.module == "python":
        patterns.append(_DOCSTRINGS)
    return Parser(language), Query(language, "\n".join(patterns))


def _definition(node: Node, source: bytes) -> _Piece:
    """Return the head of a definition: up to its body, or else its first line."""
    body = node.child_by_field_name("body")
    head = source[node.start_byte : body.start_byte if body else node.end_byte].decode(errors="replace")
    text = _COMMENT_BELOW.split(head, maxsplit=1)[0] if body else head.split("\n", 1)[0]
    return _Piece(
        node.start_byte, node.end_byte, node.start_point.row + 1, text[:_LONGEST_HEAD], _name(node), is_definition=True
    )


def _name(node: Node) -> str:
    """Return the name that a definition gives; in C it is the innermost of its declarators."""
    inner: Node | None = node
    while inner is not None:
        if named := inner.child_by_field_name("name"):
            return named.text.decode(errors="replace") if named.text else ""
        if inner is not node and not inner.named_child_count:
            return inner.text.decode(errors="replace") if inner.text else ""
        inner = inner.child_by_field_name("declarator") or inner.child_by_field_name("type")
    return ""


def _comments(nodes: list[Node], source: bytes) -> Iterator[_Piece]:
    """Yield the comments; those on lines below each other, in one column, are one."""
    ordered = sorted(nodes, key=lambda node: node.start_byte)
    placed = ((node.start_point.row - number, node.start_point.column, node) for number, node in enumerate(ordered))
    for _, run in groupby(placed, key=lambda entry: entry[:2]):
        first, *others = [node for *_, node in run]
        last = others[-1] if others else first
        text = _SHEBANG.sub("", source[first.start_byte : last.end_byte].decode(errors="replace"))
        last_line = last.end_point.row + (last.end_point.column > 0)
        yield _text(first, last.end_byte, _MARKS.sub("", text), last_line)


def _docstring(node: Node, source: bytes) -> _Piece:
    text = source[node.start_byte : node.end_byte].decode(errors="replace")
    quoted = _QUOTES.fullmatch(text)
    return _text(node, node.end_byte, quoted[2] if quoted else text, 0)


def _text(first: Node, end: int, text: str, last_line: int) -> _Piece:
    """Return a piece of prose without its indentation and the empty lines above it."""
    above = text[: len(text) - len(text.lstrip())].count("\n")
    return _Piece(first.start_byte, end, first.start_point.row + 1 + above, inspect.cleandoc(text), last_line=last_line)


def _add(builder: DocumentBuilder, pieces: list[_Piece]) -> None:
    """Add the pieces, which are in the order of the file."""
    named = {piece.line: piece for piece in reversed(pieces) if piece.name}
    around: list[_Piece] = []
    for piece in pieces:
        while around and around[-1].end <= piece.start:
            around.pop()
        names = [outer.name for outer in around if outer.name]
        if piece.is_definition:
            around.append(piece)
            builder.set_place(*names)
            builder.add(piece.text if piece.name else "", line=piece.line, verbatim=True)
            continue
        below = named.get(piece.last_line + 1)
        if below and (not around or below.start < around[-1].end):
            names.append(below.name)
        builder.set_place(*names)
        add_paragraphs(builder, piece.text, line=piece.line)
