"""`python -m ethogram.services.auditor`."""

from ethogram.runtime import run
from ethogram.runtime.keys import signer
from ethogram.runtime.settings import load
from ethogram.services.auditor.service import auditor

if __name__ == "__main__":
    run(auditor, sign=signer(load()))
