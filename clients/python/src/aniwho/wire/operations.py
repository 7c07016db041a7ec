"""Operations: methods that both clients have.

An operation is written once: a route, the type of the answer, and a function that makes the message of a call from its arguments. On a
``Client`` it is a method that returns the answer; on an ``AsyncClient``, one that returns an awaitable of it.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast, overload

import httpx

from .answers import parsed
from .decoding import decode
from .requests import Message, Route
from .senders import AsyncSender, Sender
from .streams import AsyncStream, Reading, Stream

P = ParamSpec("P")
T = TypeVar("T")
Line = TypeVar("Line")
Result = TypeVar("Result")
Call = TypeVar("Call", bound=Callable[..., Any])
Build = Callable[Concatenate[Any, P], Message]


@dataclass(frozen=True)
class File:
    """A file of the daemon's."""

    content: bytes
    """Its bytes."""
    media_type: str
    """What it is: ``image/png``."""


class Described(Generic[P]):
    """The part that all operations share: the route, and a name, a signature and a text for ``help``."""

    def __init__(self, route: Route, build: Build[P], returns: str) -> None:
        self.route = route
        self.build = build
        self._signature = inspect.signature(build).replace(return_annotation=returns)

    def named(self, function: Call, *, bound: bool) -> Call:
        """A function with the operation's name, text and signature."""
        names = list(self._signature.parameters.values())
        function.__name__ = self.build.__name__
        function.__qualname__ = self.build.__qualname__
        function.__doc__ = self.build.__doc__
        function.__module__ = self.build.__module__
        function.__signature__ = self._signature.replace(parameters=names[1:] if bound else names)  # type: ignore[attr-defined]
        return function

    def unbound(self) -> Callable[..., Any]:
        """What the class itself shows, as a method does: ``Client.status(client)``."""
        def call(client: Any, *arguments: Any, **options: Any) -> Any:
            return getattr(client, self.build.__name__)(*arguments, **options)

        return self.named(call, bound=False)


class Operation(Described[P], Generic[P, T]):
    """An operation with one answer."""

    def __init__(
        self, route: Route, build: Build[P], returns: str, kind: Any, read: Callable[[httpx.Response], T],
        member: str | None = None
    ) -> None:
        super().__init__(route, build, returns)
        self.kind = kind
        self.member = member
        self._read = read

    def _ask(self, sender: Sender, message: Message) -> T:
        """The value of the answer to a message."""
        return self._read(sender._exchange(self.route, message))

    async def _ask_later(self, sender: AsyncSender, message: Message) -> T:
        """As ``_ask``."""
        return self._read(await sender._exchange(self.route, message))

    @overload
    def __get__(self, client: None, owner: type[Any]) -> Callable[..., Any]: ...
    @overload
    def __get__(self, client: Sender, owner: type[Any]) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: AsyncSender, owner: type[Any]) -> Callable[P, Coroutine[Any, Any, T]]: ...

    def __get__(self, client: Sender | AsyncSender | None, owner: type[Any]) -> Callable[..., Any]:
        if client is None:
            return self.unbound()
        if isinstance(client, Sender):
            sender = client

            def now(*arguments: P.args, **options: P.kwargs) -> T:
                return self._ask(sender, self.build(sender, *arguments, **options))

            return self.named(now, bound=True)
        later_sender = client

        async def later(*arguments: P.args, **options: P.kwargs) -> T:
            return await self._ask_later(later_sender, self.build(later_sender, *arguments, **options))

        return self.named(later, bound=True)


def _after(page: dict[str, Any], message: Message) -> Message | None:
    """The message for the page after one that a message asked for, if there is one."""
    cursor = page.get("next")
    return None if cursor is None else replace(message, query={**message.query, "after": cursor})


class Listing(Described[P], Generic[P, T]):
    """An operation that lists things, page by page. A page is asked for when the one before has been used up."""

    def __init__(self, route: Route, build: Build[P], member: str, kind: type[T]) -> None:
        super().__init__(route, build, f"Iterator[{kind.__name__}]")
        self.member = member
        self.kind = kind

    def _page(self, message: Message, response: httpx.Response) -> tuple[tuple[T, ...], Message | None]:
        """The things on a page, and the message for the page after it, if there is one."""
        answer = parsed(response)
        items = decode(tuple[self.kind, ...], answer.get(self.member))  # type: ignore[name-defined]
        return items, _after(answer, message)

    @overload
    def __get__(self, client: None, owner: type[Any]) -> Callable[..., Any]: ...
    @overload
    def __get__(self, client: Sender, owner: type[Any]) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, client: AsyncSender, owner: type[Any]) -> Callable[P, AsyncIterator[T]]: ...

    def __get__(self, client: Sender | AsyncSender | None, owner: type[Any]) -> Callable[..., Any]:
        if client is None:
            return self.unbound()
        if isinstance(client, Sender):
            sender = client

            def now(*arguments: P.args, **options: P.kwargs) -> Iterator[T]:
                message: Message | None = self.build(sender, *arguments, **options)
                while message is not None:
                    items, message = self._page(message, sender._exchange(self.route, message))
                    yield from items

            return self.named(now, bound=True)
        later_sender = client

        async def later(*arguments: P.args, **options: P.kwargs) -> AsyncIterator[T]:
            message: Message | None = self.build(later_sender, *arguments, **options)
            while message is not None:
                items, message = self._page(message, await later_sender._exchange(self.route, message))
                for item in items:
                    yield item

        return self.named(later, bound=True)


class Gathering(Operation[P, T]):
    """An operation whose answer holds a list that comes page by page. Its value is the answer with the whole list."""

    def __init__(self, route: Route, build: Build[P], member: str, kind: type[T]) -> None:
        super().__init__(route, build, kind.__name__, kind, lambda response: decode(kind, parsed(response)))
        self.list = member

    def _whole(self, pages: list[dict[str, Any]]) -> T:
        """The value of all pages. What stands beside the list is that of the last one."""
        entries = [entry for page in pages for entry in page[self.list]]
        members = {name: value for name, value in pages[-1].items() if name != "next"}
        return cast(T, decode(self.kind, {**members, self.list: entries}))

    def _ask(self, sender: Sender, message: Message) -> T:
        pages: list[dict[str, Any]] = []
        asked: Message | None = message
        while asked is not None:
            pages.append(parsed(sender._exchange(self.route, asked)))
            asked = _after(pages[-1], asked)
        return self._whole(pages)

    async def _ask_later(self, sender: AsyncSender, message: Message) -> T:
        pages: list[dict[str, Any]] = []
        asked: Message | None = message
        while asked is not None:
            pages.append(parsed(await sender._exchange(self.route, asked)))
            asked = _after(pages[-1], asked)
        return self._whole(pages)


class Streaming(Described[P], Generic[P, Line, Result]):
    """An operation whose answer is a stream."""

    def __init__(self, route: Route, build: Build[P], line: type[Line], end: type[Result] | None) -> None:
        super().__init__(route, build, f"Stream[{line.__name__}, {end.__name__ if end else None}]")
        self.line = line
        self.end = end

    def _reading(self) -> Reading[Line, Result]:
        end = self.end
        return Reading(
            lambda fields: decode(self.line, _with_rest(self.line, fields)),
            None if end is None else lambda fields: decode(end, fields))

    @overload
    def __get__(self, client: None, owner: type[Any]) -> Callable[..., Any]: ...
    @overload
    def __get__(self, client: Sender, owner: type[Any]) -> Callable[P, Stream[Line, Result]]: ...
    @overload
    def __get__(self, client: AsyncSender, owner: type[Any]) -> Callable[P, AsyncStream[Line, Result]]: ...

    def __get__(self, client: Sender | AsyncSender | None, owner: type[Any]) -> Callable[..., Any]:
        if client is None:
            return self.unbound()
        opened = client

        def call(*arguments: P.args, **options: P.kwargs) -> Stream[Line, Result] | AsyncStream[Line, Result]:
            message = self.build(opened, *arguments, **options)
            if isinstance(opened, Sender):
                return Stream(self._reading(), opened._pieces(self.route, message))
            return AsyncStream(self._reading(), opened._pieces(self.route, message))

        return self.named(call, bound=True)


def _with_rest(kind: type[Any], fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a line; for a class that has `fields`, also all that it does not name."""
    names = getattr(kind, "__dataclass_fields__", {})
    if "fields" not in names:
        return fields
    return {"event": fields["event"], "fields": {name: value for name, value in fields.items() if name != "event"}}


def answers(
    method: str, path: str, kind: type[T], *, member: str | None = None, is_long: bool = False
) -> Callable[[Build[P]], Operation[P, T]]:
    """Declares an operation whose answer is a value, or one member of the answer."""
    return lambda build: Operation(
        Route(method, path, is_long), build, kind.__name__, kind, lambda response: decode(kind, parsed(response, member)), member)


def answers_many(
    method: str, path: str, member: str, kind: type[T], *, is_long: bool = False
) -> Callable[[Build[P]], Operation[P, tuple[T, ...]]]:
    """Declares an operation whose answer holds an array."""
    many = tuple[kind, ...]  # type: ignore[valid-type]
    return lambda build: Operation(
        Route(method, path, is_long), build, f"tuple[{kind.__name__}, ...]", many,
        lambda response: decode(many, parsed(response, member)), member)


def downloads(path: str, *, is_long: bool = False) -> Callable[[Build[P]], Operation[P, File]]:
    """Declares an operation whose answer is a file."""
    return lambda build: Operation(
        Route("GET", path, is_long), build, "File", File,
        lambda response: File(response.content, response.headers.get("Content-Type", "")))


def lists(path: str, member: str, kind: type[T]) -> Callable[[Build[P]], Listing[P, T]]:
    """Declares an operation that lists what the answer's member holds."""
    return lambda build: Listing(Route("GET", path), build, member, kind)


def gathers(
    method: str, path: str, member: str, kind: type[T], *, is_long: bool = False
) -> Callable[[Build[P]], Gathering[P, T]]:
    """Declares an operation whose answer holds a list, which comes page by page, and more."""
    return lambda build: Gathering(Route(method, path, is_long), build, member, kind)


def watches(path: str, line: type[Line], end: type[Result]) -> Callable[[Build[P]], Streaming[P, Line, Result]]:
    """Declares an operation whose answer is a stream of events with a last one."""
    return lambda build: Streaming(Route("GET", path, is_stream=True), build, line, end)


def follows(path: str, line: type[Line]) -> Callable[[Build[P]], Streaming[P, Line, None]]:
    """Declares an operation whose answer is a stream of events for as long as the daemon runs."""
    return lambda build: Streaming(Route("GET", path, is_stream=True), build, line, None)
