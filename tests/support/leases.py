"""What a test asks of a render's lease."""

from screentest.common.db import Pool

_RENEWED = """
select leases.expires_at > renders.claimed_at + interval '180 seconds'
from leases join renders on leases.name = renders.render_id::text
"""


async def renewed(pool: Pool) -> bool:
    """Whether a lease claimed for 180 s was renewed: from now on the worker leaves it alone."""
    return bool(await pool.fetchval(_RENEWED))
