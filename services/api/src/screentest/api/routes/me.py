"""The user of the key."""

from screentest.api.api_route import router as router_for
from screentest.api.auth import Viewer
from screentest.api.domain.users import User

router = router_for("users")


@router.get("/me")
async def get_me(user: Viewer) -> User:
    """The user whose key this is."""
    return user
