"""The generation loop: runs, chains, lanes and retries."""
