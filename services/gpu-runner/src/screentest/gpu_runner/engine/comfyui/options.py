"""How a worker talks to its ComfyUI server: address, headers, patience and limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit, urlunsplit


@dataclass(frozen=True, kw_only=True)
class ComfyUIOptions:
    """Settings of one server; the defaults suit a server with large models on the same network."""

    #: Address of the server, e.g. http://127.0.0.1:8188; a path prefix of a proxy is kept.
    url: str
    #: Sent with every request and with the socket's handshake, e.g. Authorization for a proxy.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Whose prompts they are; says so on the server.
    worker: str = ""
    #: Time between two looks at /queue and /history when the socket says nothing.
    poll_interval_s: float = 1.0
    #: Limit of one small request. A server that loads a large model can be mute for long.
    request_timeout_s: float = 60.0
    #: How long an unreachable server is waited for before the render is given up. A restart takes
    #: 6-9 s without custom nodes, and about a minute with many.
    outage_patience_s: float = 120.0
    #: A head of the queue that does not change for so long, with no word on the socket, is a hung
    #: node or a server whose worker thread died. Encoders are silent for minutes; this is longer.
    stall_timeout_s: float = 1800.0
    #: A socket that is silent for so long is closed and opened anew: the server may have forgotten
    #: it without closing it.
    socket_silence_s: float = 45.0
    #: How long a render waits for the socket before it starts without one.
    socket_open_timeout_s: float = 5.0
    #: Largest WebSocket message accepted; a noisy 1024x1024 PNG preview has 2 MB.
    socket_max_bytes: int = 64 * 1024 * 1024
    #: How long a cancelled render tries to get its prompt off the server.
    cancel_timeout_s: float = 60.0
    #: Largest JSON reply accepted.
    reply_max_bytes: int = 128 * 1024 * 1024
    #: Largest output accepted, all files of a frame sequence together.
    output_max_bytes: int = 2 * 1024 * 1024 * 1024
    #: Shortest time between two progress reports.
    progress_interval_s: float = 0.25
    #: Frame rate of a frame sequence whose workflow names none.
    default_fps: float = 16.0

    def __post_init__(self) -> None:
        """Refuse an address that no request could be sent to.

        Raises:
            ValueError: not an http or https URL with a host.
        """
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(
                f'"{self.url}" is not the address of a ComfyUI server; '
                "it should look like http://127.0.0.1:8188"
            )

    @property
    def base_url(self) -> str:
        """The address with exactly one slash at its end, so that relative paths keep a prefix."""
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") + "/", "", ""))

    def socket_url(self, client_id: str) -> str:
        """Where the events of prompts submitted under ``client_id`` are sent to."""
        parts = urlsplit(self.base_url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        query = urlencode({"clientId": client_id})
        return urlunsplit((scheme, parts.netloc, parts.path + "ws", query, ""))
