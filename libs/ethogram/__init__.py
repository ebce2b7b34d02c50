"""Ethogram: which principles does an AI agent really live by?"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_CLIENTS = "ethogram.client.api"
__all__ = ["APIError", "AsyncClient", "AuthenticationError", "Client", "InvalidRequestError", "PermissionDeniedError",
           "RateLimitError", "ResourceNotFoundError", "ServiceUnavailableError", "TrainingError"]  # fmt: skip


def __getattr__(name: str) -> Any:
    """The clients and their errors, loaded on use: nothing else here needs them."""
    if name in __all__:
        return getattr(import_module(_CLIENTS), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
