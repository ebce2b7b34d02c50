"""The HTTP API as a library: `from ethogram import Client, AsyncClient`."""

from ethogram.client.api.asynchronous import AsyncClient
from ethogram.client.api.errors import (
    APIError,
    AuthenticationError,
    InvalidRequestError,
    PermissionDeniedError,
    RateLimitError,
    ResourceNotFoundError,
    ServiceUnavailableError,
    TrainingError,
)
from ethogram.client.api.sync import Client

__all__ = [
    "APIError", "AsyncClient", "AuthenticationError", "Client", "InvalidRequestError", "PermissionDeniedError",
    "RateLimitError", "ResourceNotFoundError", "ServiceUnavailableError", "TrainingError",
]  # fmt: skip
