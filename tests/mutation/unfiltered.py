"""Beside each `visible_to` one without its rule, for the mutants that show every row."""

import ast

#: The rule, and its like that leaves nobody out.
SEEN, ALL_SEEN = "visible_to", "as_if_visible_to"


def opened(text: str) -> str:
    """
    `cases/querysets.py` with another method beside each `visible_to`: the same without a filter.

    What it adds to each row it adds as well: a mutant shows every row, and is no row short of anything.
    """
    lines = text.splitlines(keepends=True)
    for owner in reversed([node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]):
        for one in owner.body:
            if isinstance(one, ast.FunctionDef) and one.name == SEEN:
                more = ast.unparse(_Unfiltered().visit(one))
                lines.insert(owner.end_lineno or 0, f"\n{_indented(more)}\n")
    return "".join(lines)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


class _Unfiltered(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = ALL_SEEN
        return self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        while_called = node.value
        assert while_called is not None
        node.value = self._without(while_called)
        return node

    def _without(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node.func.value = self._without(node.func.value)
            if node.func.attr in ("filter", "exclude"):
                return node.func.value
        return node
