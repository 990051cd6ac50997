"""What kinds of file an original can be: what a backend made, where the clip was encoded from it.

The worker names the file it stores by one of these extensions, the api shows no others.
"""

from types import MappingProxyType

#: Extension of the stored file -> its media type.
ORIGINAL_MEDIA_TYPES = MappingProxyType(
    {
        "mp4": "video/mp4",
        "m4v": "video/mp4",
        "mov": "video/quicktime",
        "webm": "video/webm",
        "mkv": "video/x-matroska",
        "webp": "image/webp",
        "gif": "image/gif",
        "png": "image/png",
        "apng": "image/apng",
        "zip": "application/zip",
    }
)
