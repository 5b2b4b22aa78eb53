"""The small mistakes that can be made in the functions of a file: `<` for `<=`, a call left out."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SLIPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.Mult,),
}


@dataclass(frozen=True)
class Mutant:
    """Bytes `start` to `end` of a file replaced by `new`.

    `function` is the first line of the outermost function around them.
    """

    path: str
    start: int
    end: int
    new: str
    function: int

    def apply(self, source: bytes) -> bytes:
        return source[: self.start] + self.new.encode() + source[self.end :]


def mutants(path: str, source: bytes) -> Iterator[Mutant]:
    """All small mistakes in one file."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def visit(node: ast.AST, function: int) -> Iterator[Mutant]:
        first = function
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = function or min(part.lineno for part in (node, *node.decorator_list))
        if _is_left_out(node):
            return
        if function and isinstance(node, ast.expr | ast.stmt):
            for new in _slips(node):
                start = starts[node.lineno - 1] + node.col_offset
                end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
                yield Mutant(path, start, end, new, function)
        for child in ast.iter_child_nodes(node):
            # Defaults are computed where the function is defined.
            yield from visit(child, function if isinstance(child, ast.arguments) else first)

    yield from visit(ast.parse(source), 0)


def _is_left_out(node: ast.AST) -> bool:
    """What only types, logs or explains."""
    match node:
        case ast.arguments():
            for argument in (*node.args, *node.kwonlyargs):
                argument.annotation = None
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            node.returns, node.decorator_list = None, []
        case ast.ClassDef():
            node.keywords, node.decorator_list = [], []
        case ast.AnnAssign():
            node.annotation = ast.Name("Any")
        case ast.Expr(value=ast.Constant()) | ast.Raise() | ast.Assert() | ast.JoinedStr():
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="logger")))):
            return True
    return False


def _slips(node: ast.expr | ast.stmt) -> Iterator[str]:
    """The source of each mistake that can be made at this node itself."""
    match node:
        case ast.Compare():
            for place, operator in enumerate(node.ops):
                for other in _SLIPS[type(operator)]:
                    changed = copy.copy(node)
                    changed.ops = [*node.ops]
                    changed.ops[place] = other()  # type: ignore[call-overload]
                    yield f"({ast.unparse(changed)})"
        case ast.BoolOp() | ast.BinOp():
            for other in _SLIPS.get(type(node.op), ()):
                swapped: Any = copy.copy(node)
                swapped.op = other()
                yield f"({ast.unparse(swapped)})"
        case ast.UnaryOp(op=ast.Not()):
            yield f"({ast.unparse(node.operand)})"
        case ast.Constant(value=bool() as value):
            yield repr(not value)
        case ast.Constant(value=int() | float() as value):
            yield repr(value + 1)
        case ast.IfExp():
            yield f"({ast.unparse(ast.IfExp(node.test, node.orelse, node.body))})"
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.Delete():
            yield "pass"
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]) | ast.AugAssign():
            yield "pass"
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield "return None"
