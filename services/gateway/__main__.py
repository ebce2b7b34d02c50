"""`python -m ethogram.services.gateway`."""

from ethogram.services.gateway.serve import main

if __name__ == "__main__":
    main()
