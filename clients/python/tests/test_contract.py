"""The client against the daemon's own description of its API: every route, every member, every value of an enumeration."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from conftest import PROJECT

import aniwho
from aniwho import Box, Client, ErrorCode, File, Job, OpenEnum
from aniwho.errors import failure
from aniwho.operations import Operations
from aniwho.wire.operations import Described, Gathering, Listing, Operation, Streaming
from aniwho.work import Working

# The page's own files, and what only a browser asks for.
FOR_BROWSERS = {
    ("GET", "/"), ("GET", "/page/{version}/{name}"), ("POST", "/v1/sessions"), ("GET", "/v1/sessions/current"),
    ("DELETE", "/v1/sessions/current")}

OPERATIONS: dict[str, Described[Any]] = {
    name: value for owner in Operations.__mro__ for name, value in vars(owner).items() if isinstance(value, Described)}


def values(schema: dict[str, Any]) -> set[str]:
    """The values of an enumeration, which may be open."""
    return set(schema.get("enum", schema.get("x-extensible-enum", [])))


def described(description: dict[str, Any], operation: Described[Any]) -> dict[str, Any]:
    """The description of one operation."""
    return dict(description["paths"][operation.route.path][operation.route.method.lower()])


def without(schema: dict[str, Any], member: str) -> dict[str, Any]:
    """The schema of an object that lacks a member."""
    return {**schema, "properties": {name: one for name, one in schema["properties"].items() if name != member}}


def line(lines: list[dict[str, Any]], event: str | None = None) -> dict[str, Any]:
    """The schema of a stream's lines with this event, or that of its only lines."""
    found = [
        dict(schema) for schema, kind in (one["allOf"] for one in lines if "allOf" in one)
        if event in (None, kind["properties"]["event"]["const"])]
    assert len(found) == 1
    return found[0]


@pytest.fixture(scope="module")
def description(cast: Any) -> dict[str, Any]:
    """The daemon's description of its API."""
    with Client(cast.socket) as client:
        return dict(client.openapi())


def test_every_route_has_an_operation(description: dict[str, Any]) -> None:
    routes = {(method.upper(), path) for path, methods in description["paths"].items() for method in methods}
    assert {(one.route.method, one.route.path) for one in OPERATIONS.values()} == routes - FOR_BROWSERS


def test_every_answer_is_typed_as_described(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    differences: list[str] = []

    def compare(kind: Any, schema: dict[str, Any], where: str) -> None:
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        if "anyOf" in schema:
            schema = next(one for one in schema["anyOf"] if one != {"type": "null"})
            schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        types = schema.get("type", [])
        types = [types] if isinstance(types, str) else types
        choices = [choice for choice in get_args(kind) if choice is not type(None)] if type(None) in get_args(kind) else [kind]
        kind = choices[0]
        if kind is ErrorCode:
            # A job keeps its code as a text, for daemons of other versions.
            if "string" not in types:
                differences.append(f"{where} is {schema}, no code")
        elif isinstance(kind, type) and issubclass(kind, OpenEnum):
            if values(schema) != {member.value for member in kind}:
                differences.append(f"{where}: the enumeration {kind.__name__} has not the daemon's values {values(schema)}")
        elif dataclasses.is_dataclass(kind):
            hints, members = get_type_hints(kind), schema.get("properties", {})
            for name in sorted(members.keys() ^ hints.keys()):
                differences.append(f"{where}.{name} is {'not in the daemon' if name in hints else f'missing in {kind}'}")
            for name in members.keys() & hints.keys():
                compare(hints[name], members[name], f"{where}.{name}")
        elif kind is Box:
            if schema.get("maxItems") != 4:
                differences.append(f"{where} is no box")
        elif get_origin(kind) is tuple:
            compare(get_args(kind)[0], schema.get("items", {}), f"{where}[]")
        elif get_origin(kind) is None and kind is not Any:
            wanted = {str: "string", int: "integer", float: "number", bool: "boolean", datetime: "string"}[kind]
            if wanted not in types or (kind is datetime) != (schema.get("format") == "date-time"):
                differences.append(f"{where} is {schema}, not {kind}")

    for name, operation in OPERATIONS.items():
        answer = described(description, operation)["responses"]
        content = next(value for status, value in answer.items() if status != "default")["content"]
        if isinstance(operation, Streaming):
            lines = content["application/x-ndjson"]["x-line"]["anyOf"]
            sent, members = (operation.end, line(lines, "end")) if operation.end else (operation.line, line(lines))
            # The stream itself reads the event.
            compare(sent, without(schemas[members["$ref"].rpartition("/")[2]], "event"), name)
            continue
        result = content.get("application/json", {}).get("x-result")
        assert (result is not None) == isinstance(operation, Working), name
        if isinstance(operation, Working):
            compare(Job, content["application/json"]["schema"], name)
            compare(operation.end, result, name)
            continue
        assert isinstance(operation, (Listing, Operation))
        kind: Any = operation.kind
        if kind not in (File, type(None)):
            schema = content["application/json"]["schema"]
            if isinstance(operation, Gathering):
                # The operation itself goes from page to page.
                schema = without(schemas[schema["$ref"].rpartition("/")[2]], "next")
            if operation.member is not None:
                schema = schemas[schema["$ref"].rpartition("/")[2]]["properties"][operation.member]
            compare(tuple[kind, ...] if isinstance(operation, Listing) else kind, schema, name)
    assert differences == []


def test_every_parameter_can_be_given(description: dict[str, Any]) -> None:
    differences: list[str] = []
    for name, operation in OPERATIONS.items():
        given = set(inspect.signature(operation.build).parameters)
        parameters = described(description, operation).get("parameters", [])
        queries = {one["name"] for one in parameters if one["in"] == "query"}
        if isinstance(operation, (Gathering, Listing)):
            assert {"limit", "after"} <= queries, name
            queries -= {"after"}
        differences += [f"{name}({missing})" for missing in queries - given]
        takes_key = any(one["name"] == "Idempotency-Key" for one in parameters)
        if takes_key != ("idempotency_key" in given):
            differences.append(f"{name}(idempotency_key)")
    assert differences == []


def test_every_member_of_a_body_can_be_given(description: dict[str, Any]) -> None:
    differences: list[str] = []
    for name, operation in OPERATIONS.items():
        content = described(description, operation).get("requestBody", {}).get("content", {})
        if "application/json" in content:
            reference = content["application/json"]["schema"]["$ref"]
            members = set(description["components"]["schemas"][reference.rpartition("/")[2]]["properties"])
            # An empty text is also a path and an empty list.
            _, *names = inspect.signature(operation.build).parameters
            message = operation.build(None, **dict.fromkeys(names, ""))
            differences += [f"{name}: {member}" for member in members ^ set(message.json or {})]
    assert differences == []


def test_every_error_code_is_known(description: dict[str, Any]) -> None:
    assert {code.value for code in ErrorCode} == values(description["components"]["schemas"]["ErrorCode"])


def test_a_failed_job_has_the_status_of_its_code() -> None:
    table = (PROJECT / "Sources" / "API" / "Wire" / "ErrorCode.swift").read_text()
    codes = dict(re.findall(r'case `?(\w+)`? = "(\w+)"', table))
    statuses = {codes[name]: int(status) for name, status in re.findall(r"case \.(\w+): \((\d+), ", table)}
    assert {code.value: failure(code, "m").status for code in ErrorCode} == statuses


def test_everything_public_is_documented() -> None:
    missing: list[str] = []
    for file in Path(inspect.getfile(aniwho)).parent.rglob("*.py"):
        for scope in ast.walk(ast.parse(file.read_text())):
            if isinstance(scope, (ast.Module, ast.ClassDef)) and not ast.get_docstring(scope):
                missing.append(f"{file.name}: {getattr(scope, 'name', 'the module')}")
            if not isinstance(scope, ast.ClassDef):
                continue
            is_error_code = scope.name == "ErrorCode"
            for statement, following in zip(scope.body, [*scope.body[1:], None]):
                text = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
                if isinstance(statement, (ast.AnnAssign, ast.Assign)) and not text and not is_error_code:
                    missing.append(f"{file.name}: a field of {scope.name}, line {statement.lineno}")
                if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and not ast.get_docstring(statement):
                    if not statement.name.startswith("_") and not any("overload" in ast.dump(one) for one in statement.decorator_list):
                        missing.append(f"{file.name}: {scope.name}.{statement.name}")
    assert missing == []
    assert sorted(aniwho.__all__) == sorted(set(aniwho.__all__)) and all(hasattr(aniwho, name) for name in aniwho.__all__)


def test_help_shows_arguments_and_answers() -> None:
    assert str(inspect.signature(Client.classify)).endswith("-> 'Answer'")
    assert list(inspect.signature(Client().classify).parameters)[0] == "pictures"
    assert Client.undo.__doc__ and Client.undo.__qualname__ == "TrashOperations.undo"
