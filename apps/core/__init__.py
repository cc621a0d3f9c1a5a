from apps.core.queue import hurry

__all__ = ["hurry"]
