from ethogram.client.api import APIError as APIError
from ethogram.client.api import AsyncClient as AsyncClient
from ethogram.client.api import AuthenticationError as AuthenticationError
from ethogram.client.api import Client as Client
from ethogram.client.api import InvalidRequestError as InvalidRequestError
from ethogram.client.api import PermissionDeniedError as PermissionDeniedError
from ethogram.client.api import RateLimitError as RateLimitError
from ethogram.client.api import ResourceNotFoundError as ResourceNotFoundError
from ethogram.client.api import ServiceUnavailableError as ServiceUnavailableError
from ethogram.client.api import TrainingError as TrainingError

__version__: str
