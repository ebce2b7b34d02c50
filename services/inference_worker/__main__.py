"""`python -m ethogram.services.inference_worker`."""

from ethogram.runtime.faust_worker import run
from ethogram.services.inference_worker.service import inference_worker

if __name__ == "__main__":
    run(inference_worker)
