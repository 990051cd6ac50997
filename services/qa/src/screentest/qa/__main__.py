"""``python -m screentest.qa [fetch-models]``: one qa process."""

from screentest.qa.commands import main

if __name__ == "__main__":
    main()
