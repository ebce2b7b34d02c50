"""The shape of the system: services as values, the catalogue of topics, and the in-memory driver."""

from ethogram.topology.catalogue import Catalogue, Topic, catalogue, parse_catalogue
from ethogram.topology.drive import Bus, Driver, command_record, drive
from ethogram.topology.machine import REUSED, Kept, Step, close, performed, refuse, set_aside, step, stream_name
from ethogram.topology.service import Deps, Effect, NotYet, Refusal, Service, Whole

__all__ = [
    "REUSED", "Bus", "Catalogue", "Deps", "Driver", "Effect", "Kept", "NotYet", "Refusal", "Service", "Step",
    "Topic", "Whole", "catalogue", "close", "command_record", "drive", "parse_catalogue", "performed", "refuse",
    "set_aside", "step", "stream_name",
]  # fmt: skip
