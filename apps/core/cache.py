"""The cache: Redis, or this process's own memory for as long as Redis does not answer.

It holds counters of rate limits and spent one-time codes of the second factor. A stopped Redis must neither shut
the door on staff nor on somebody who wants to withdraw, and must not open it to guessing: each process goes on
counting for itself. What may go wrong then: a limit is as many times wider as there are processes, and a code of
the second factor can be used once in each of them within its half minute.
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from apps.core.breaker import Breaker

log = logging.getLogger(__name__)
# Counters of so many callers; beyond it the memory gives up some of them.
ENTRIES = 20_000


class RedisOrMemory(BaseCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._redis = RedisCache(server, params)
        self._memory = LocMemCache(f"instead of {server}", {"OPTIONS": {"MAX_ENTRIES": ENTRIES}})
        self._breaker = _breakers.setdefault(server, Breaker())

    def _call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if not self._breaker.is_open():
            try:
                return getattr(self._redis, name)(*args, **kwargs)
            except (RedisError, OSError) as error:
                self._breaker.trip()
                log.warning("Redis does not answer (%s): this process counts for itself", type(error).__name__)
        return getattr(self._memory, name)(*args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._call("add", *args, **kwargs))

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._call("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._call("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._call("touch", *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._call("delete", *args, **kwargs))

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._call("has_key", *args, **kwargs))

    def incr(self, *args: Any, **kwargs: Any) -> int:
        return int(self._call("incr", *args, **kwargs))

    def clear(self) -> None:
        self._call("clear")

    def close(self, **kwargs: Any) -> None:
        self._redis.close(**kwargs)


# Django makes a cache a thread; what does not answer one of them does not answer the others.
_breakers: dict[str, Breaker] = {}
