"""`python -m alo`."""

from alo.cli import main

main()
