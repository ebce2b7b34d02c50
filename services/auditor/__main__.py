"""`python -m ethogram.services.auditor`."""

from ethogram.runtime import run
from ethogram.runtime.keys import signer
from ethogram.runtime.salts import salter
from ethogram.runtime.settings import load
from ethogram.services.auditor.service import auditor, salted

if __name__ == "__main__":
    run(salted(auditor, salter(load())), sign=signer(load()))
