"""The mutants of the program: what keeps somebody out is taken out, one thing at a time."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.unfiltered import ALL_SEEN, SEEN

ROOT = Path(__file__).resolve().parent.parent.parent

#: Where guards are looked for.
GUARDED = (
    "cases",
    "district",
    "drills",
    "protocols/views.py",
    "csec/delivery/views.py",
    "csec/directory/views.py",
    "csec/routes.py",
    "csec/accounts/gate.py",
    "csec/accounts/backend.py",
    "csec/accounts/second_factor.py",
)
#: Here every filter, condition and answer decides who sees or does what.
RULES = ("cases/querysets.py", "district/permissions.py", "csec/accounts/models.py")
#: And in each file of this folder.
RULES_IN = "cases/permissions/"
#: Here every filter decides who and what can be chosen.
CHOICES = ("cases/forms", "district/forms")
#: Here whoever may not go on is sent elsewhere.
GATES = ("csec/routes.py", "csec/accounts/gate.py", "csec/accounts/second_factor.py")

#: What is asked of somebody, what a thing is called, and whether a key is taken: not what anybody may see or do.
DUTIES = {
    "cases/querysets.py": {"open", "waiting", "asking"},
    "csec/accounts/adapter.py": {"generate_authenticator_name"},
    "csec/accounts/sessions.py": {"exists"},
}

#: Here every page of sign-in stands with its gate, from the narrowest to the widest.
SIGN_IN_ROUTES = "csec/accounts/urls.py"
SIGN_IN_GATES = ("for_proven", "for_signed_in", "for_anybody")
#: Here a guard is a condition: what is counted, whether a code, a password, a session, a link, a provider's word or a
#: form of somebody's is taken, and to whom a link is sent.
SIGN_IN = (
    *(
        f"csec/accounts/{name}.py"
        for name in (
            "adapter",
            "forms",
            "links",
            "oidc",
            "oidc_adapter",
            "passwords",
            "resets",
            "second_factor",
            "sessions",
            "tries",
            "views/elsewhere",
        )
    ),
    "csec/drafts/store.py",
)

GUARDS = {"require", "allow"}
REFUSALS = {"Absent", "NotPermitted"}
DECORATORS = {"route", "verb", "atomic"}


@dataclass(frozen=True)
class Mutant:
    """One thing changed in one file. `where` is the function, or the class, in which it is."""

    id: str
    path: str
    where: str
    kind: str
    text: str


def files(root: Path = ROOT) -> list[str]:
    found = {root / path for path in RULES}
    for place in (*GUARDED, SIGN_IN_ROUTES, *SIGN_IN):
        found |= set((root / place).rglob("*.py")) if (root / place).is_dir() else {root / place}
    return sorted(str(path.relative_to(root)) for path in found if "migrations" not in path.parts)


def mutants(root: Path = ROOT) -> list[Mutant]:
    """All of them, in order; each id says what is missing where, and outlives what moves lines."""
    found: list[Mutant] = []
    for path in files(root):
        text = (root / path).read_text()
        seen: Counter[str] = Counter()
        for change in _Walk(path, ast.parse(text)).changes():
            module = path.removesuffix(".py").replace("/", ".")
            name = f"{module}.{change.where}: {change.what}" if change.where else f"{module}: {change.what}"
            seen[name] += 1
            number = f" ({seen[name]})" if seen[name] > 1 else ""
            found.append(Mutant(name + number, path, change.where, change.kind, change.applied_to(text)))
    return found


@dataclass(frozen=True)
class _Change:
    where: str
    kind: str
    what: str
    node: ast.AST
    instead: str

    def applied_to(self, text: str) -> str:
        """The text with the node replaced; positions count bytes of a line."""
        lines = text.encode().splitlines(keepends=True)
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line))
        node = self.node
        assert isinstance(node, ast.expr | ast.stmt)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        whole = b"".join(lines)
        return (whole[:begin] + self.instead.encode() + whole[end:]).decode()


class _Walk:
    """Through one file, in the order of its lines."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self.path, self.tree = path, tree
        self.rules = path in RULES or path.startswith(RULES_IN)
        self.choices = path.startswith(CHOICES)
        self.gate = path in (*GATES, *SIGN_IN)
        self.sign_in = path in SIGN_IN

    def changes(self) -> Iterator[_Change]:
        yield from self._in(self.tree, "")

    def _in(self, node: ast.AST, where: str) -> Iterator[_Change]:
        for child in ast.iter_child_nodes(node):
            inside = where
            if isinstance(child, ast.FunctionDef) and child.name in DUTIES.get(self.path, ()):
                continue
            if isinstance(child, ast.ClassDef) and child.name == "Meta":
                continue
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                inside = f"{where}.{child.name}".lstrip(".")
            if isinstance(child, ast.FunctionDef):
                yield from self._function(child, inside)
            if isinstance(child, ast.expr | ast.stmt):
                yield from self._node(child, inside)
            yield from self._in(child, inside)

    def _function(self, node: ast.FunctionDef, where: str) -> Iterator[_Change]:
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in DECORATORS:
                # In its place one that does nothing: an expression is an expression.
                yield _Change(where, "decorator", f"without @{name}", decorator, "(lambda one: one)")
            if name == "route":
                assert isinstance(decorator, ast.Call)
                yield from self._for_more(decorator, where)
        boolean = isinstance(node.returns, ast.Name) and node.returns.id == "bool"
        if boolean and (self.rules or self.gate or self.path == "csec/accounts/backend.py"):
            answer = not node.name.startswith("lacks")
            yield _Change(where, "answer", f"always {answer}", _first(node), f"return {answer}")
        if self.gate and node.returns and ast.unparse(node.returns) == "HttpResponse | None":
            # Nobody is sent elsewhere.
            yield _Change(where, "answer", "always None", _first(node), "return None")

    def _for_more(self, decorator: ast.Call, where: str) -> Iterator[_Change]:
        roles = decorator.args[0]
        if ast.unparse(roles) == "EVERYONE":
            yield _Change(where, "roles", "without sign-in", roles, "frozenset()")
        elif ast.unparse(roles) != "PUBLIC":
            everyone = "frozenset(__import__('csec.accounts.roles', fromlist=['EVERYONE']).EVERYONE)"
            yield _Change(where, "roles", "for everyone", roles, everyone)

    def _node(self, node: ast.expr | ast.stmt, where: str) -> Iterator[_Change]:
        if isinstance(node, ast.Expr) and _called(node.value) in GUARDS:
            assert isinstance(node.value, ast.Call)
            yield _Change(where, "guard", f"without {_short(node.value)}", node, "pass")
        elif isinstance(node, ast.If):
            yield from self._if(node, where)
        elif isinstance(node, ast.Call) and self.path == SIGN_IN_ROUTES:
            yield from self._wider(node)
        elif isinstance(node, ast.Call):
            yield from self._call(node, where)
        elif self.rules and isinstance(node, ast.AugAssign) and isinstance(node.op, ast.BitAnd):
            yield _Change(where, "condition", f"without {_short(node)}", node, "pass")
        elif self.rules and isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
            for kept, left_out in ((node.left, node.right), (node.right, node.left)):
                instead = f"({ast.unparse(kept)})"
                yield _Change(where, "condition", f"without & {_short(left_out)}", node, instead)
        elif (self.rules or self.sign_in) and isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            for one in node.values:
                rest = [ast.unparse(value) for value in node.values if value is not one]
                instead = f"({' and '.join(f'({value})' for value in rest)})"
                yield _Change(where, "condition", f"without and {_short(one)}", node, instead)

    def _if(self, node: ast.If, where: str) -> Iterator[_Change]:
        only = node.body[0] if len(node.body) == 1 and not node.orelse else None
        raises = isinstance(only, ast.Raise) and _called(only.exc) in REFUSALS
        turns_away = self.gate and isinstance(only, ast.Return)
        no = self.rules and isinstance(only, ast.Return) and ast.unparse(only) == "return False"
        stops = self.sign_in and not node.orelse and isinstance(node.body[-1], ast.Return | ast.Raise)
        if raises or turns_away or no or stops:
            yield _Change(where, "guard", f"never {_short(node.test)}", node.test, "False")
        if stops and isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.Or):
            for one in node.test.values:
                rest = [ast.unparse(value) for value in node.test.values if value is not one]
                instead = " or ".join(f"({value})" for value in rest)
                yield _Change(where, "guard", f"never {_short(one)}", node.test, instead)
        adds = any(isinstance(one, ast.AugAssign) and isinstance(one.op, ast.BitOr) for one in node.body)
        if self.rules and adds:
            yield _Change(where, "condition", f"always {_short(node.test)}", node.test, "True")

    def _wider(self, node: ast.Call) -> Iterator[_Change]:
        """A page of sign-in behind a gate that lets in more, and with the methods that it leaves out."""
        name = next((one.value for one in node.keywords if one.arg == "name"), None)
        gate = node.args[1] if len(node.args) > 1 else None
        if name is None or not isinstance(gate, ast.Call):
            return
        page = ast.literal_eval(name)
        at = SIGN_IN_GATES.index(ast.unparse(gate.func))
        for wider in SIGN_IN_GATES[at + 1 :]:
            yield _Change("", "roles", f"{page} {wider}", gate.func, wider)
        inside = gate.args[0]
        if isinstance(inside, ast.Call) and isinstance(inside.func, ast.Name):
            yield _Change(
                "", "decorator", f"{page} without {inside.func.id}", inside, ast.unparse(inside.args[0])
            )
        if gate.args[1:]:
            instead = f"{ast.unparse(gate.func)}({ast.unparse(gate.args[0])})"
            yield _Change("", "decorator", f"{page} without its methods", gate, instead)

    def _call(self, node: ast.Call, where: str) -> Iterator[_Change]:
        if not isinstance(node.func, ast.Attribute):
            return
        whose, name = ast.unparse(node.func.value), node.func.attr
        arguments = ", ".join([*map(ast.unparse, node.args), *map(_keyword, node.keywords)])
        if name == SEEN:
            yield _Change(where, "seen", f"all of {_short(node)}", node, f"{whose}.{ALL_SEEN}({arguments})")
        if name == "exclude" and (self.rules or self.choices):
            yield _Change(where, "filter", f"without exclude({_cut(arguments)})", node, whose)
        if name == "filter":
            keys = {"pk", "pk__in"}
            by_key = any(one.arg in keys for one in node.keywords)
            for one in [*node.args, *node.keywords]:
                is_key = isinstance(one, ast.keyword) and one.arg in keys
                if self.rules or self.choices or self.sign_in or (by_key and not is_key):
                    rest = [_argument(other) for other in [*node.args, *node.keywords] if other is not one]
                    instead = f"{whose}.filter({', '.join(rest)})"
                    yield _Change(where, "filter", f"filter without {_cut(_argument(one))}", node, instead)


def _first(node: ast.FunctionDef) -> ast.stmt:
    """What it does first, after its docstring."""
    return node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]


def _called(node: ast.AST | None) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _keyword(one: ast.keyword) -> str:
    return f"{one.arg}={ast.unparse(one.value)}" if one.arg else f"**{ast.unparse(one.value)}"


def _argument(one: ast.expr | ast.keyword) -> str:
    return _keyword(one) if isinstance(one, ast.keyword) else ast.unparse(one)


def _short(node: ast.AST) -> str:
    return _cut(ast.unparse(node))


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
