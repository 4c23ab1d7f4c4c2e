"""Sealed parts in any object store that speaks S3's protocol, through its reference client."""

from typing import Any, Final

import boto3
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError

from sync.server.blobs.stores import BlobStoreDown

CONNECT_S: Final = 5
READ_S: Final = 30
ATTEMPTS: Final = 3
_ABSENT: Final = ("NoSuchKey", "404")


class S3Store:
    """One bucket, under one prefix. The client is shared by all threads, as it may be."""

    durable = True

    def __init__(self, bucket: str, prefix: str = "", endpoint: str = "", region: str = "") -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=region or "us-east-1",  # Other makers' stores ignore it and want one.
            config=Config(
                connect_timeout=CONNECT_S,
                read_timeout=READ_S,
                retries={"max_attempts": ATTEMPTS, "mode": "standard"},
                # Buckets as host names need wildcard DNS, which a store in a cellar has not.
                s3={"addressing_style": "path"} if endpoint else {},
            ),
        )

    def put(self, name: str, sealed: bytes) -> None:
        """One object a part."""
        try:
            self._client.put_object(Bucket=self._bucket, Key=self._key(name), Body=sealed)
        except (BotoCoreError, ClientError) as error:
            raise BlobStoreDown from error

    def get(self, name: str) -> bytes | None:
        """The object's bytes."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=self._key(name))
            return bytes(found["Body"].read())
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _ABSENT:
                return None
            raise BlobStoreDown from error
        except BotoCoreError as error:
            raise BlobStoreDown from error

    def has(self, name: str) -> bool:
        """Whether there is such an object."""
        try:
            self._client.head_object(Bucket=self._bucket, Key=self._key(name))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _ABSENT:
                return False
            raise BlobStoreDown from error
        except BotoCoreError as error:
            raise BlobStoreDown from error
        return True

    def drop(self, name: str) -> None:
        """S3 takes the removal of nothing for a removal too."""
        try:
            self._client.delete_object(Bucket=self._bucket, Key=self._key(name))
        except (BotoCoreError, ClientError) as error:
            raise BlobStoreDown from error

    def _key(self, name: str) -> str:
        return f"{self._prefix}{name}"
