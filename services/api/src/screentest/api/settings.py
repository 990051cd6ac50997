"""Settings of the api."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from screentest.common.settings import CommonSettings


class ApiSettings(CommonSettings):
    """Where it listens, and what it accepts."""

    model_config = SettingsConfigDict(
        env_prefix="SCREENTEST_API_", frozen=True, populate_by_name=True, extra="ignore"
    )

    #: Interface of the REST API; a pod sets 0.0.0.0.
    host: str = "127.0.0.1"
    #: 0 takes a free port and logs it.
    port: int = Field(default=8400, ge=0, le=65535)
    #: How long a stop waits for answers that are being sent; live streams are cut after it.
    stop_s: int = Field(default=3, ge=1)
    #: Largest JSON body; workflows of some hundred nodes have a few hundred kB.
    max_body_bytes: int = Field(default=4 * 1024 * 1024, ge=1024)
    #: Largest source image, and largest picture or clip that a workflow is imported from.
    max_image_bytes: int = Field(default=20 * 1024 * 1024, ge=1024)
    #: Most pixels a source image may decode to, whatever its file's size (decompression bombs).
    max_image_pixels: int = Field(default=50_000_000, ge=1)
    #: How long a repeated request waits for the first one with its Idempotency-Key.
    idempotency_wait_s: float = Field(default=10, gt=0)
    #: Most test shots of one batch: a slip of the keyboard should not cost a night of GPUs.
    max_batch_cells: int = Field(default=500, ge=1)
    #: Folder of the built web app (index.html, assets/). None, or one without an index.html: a
    #: plain page is shown instead.
    web_dir: Path | None = None
    #: Addresses of proxies, with commas between them, or * for any: they are believed what they say
    #: of the client's scheme and address (X-Forwarded-Proto, -For). A cookie is `Secure` over https
    #: only, so a proxy that ends TLS belongs here.
    trusted_proxies: str = ""
