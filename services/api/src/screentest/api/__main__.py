"""``python -m screentest.api [admin-key --name NAME | openapi]``."""

from screentest.api.commands import main

if __name__ == "__main__":
    main()
