"""The embedded stack as a dev server: a real Kafka, a real PostgreSQL and every service, each its own process.

`up` starts it or finds it running, `down` ends it, `status` and `doctor` look at it, `connected` gives settings that
lead to it. Data is kept between runs below ETHOGRAM_HOME.
"""

from ethogram.devserver.doctor import Check, doctor
from ethogram.devserver.stack import Stack, connected, down, status, up
from ethogram.devserver.supervisor import SERVICES

__all__ = ["SERVICES", "Check", "Stack", "connected", "doctor", "down", "status", "up"]
