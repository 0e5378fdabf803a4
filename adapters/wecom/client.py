"""The server API of WeCom through wechatpy, with what the library lacks: time-outs, bounded repeats, masked errors.

Promise: every call ends; a bad token is renewed once and the call repeated once; no error and no log line holds a
secret, a token or a URL. Never: a decision about replies (errcodes.py), a wait.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from typing import Any, TypeVar
from urllib.parse import unquote

import requests
from urllib3.exceptions import NewConnectionError, SSLError
from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata
from wechatpy.exceptions import WeChatClientException
from wechatpy.work import WeChatClient

from adapters.wecom.errcodes import TOKEN_CODES
from adapters.wecom.errors import ApiRefused, ApiUnreachable, FileTooLarge, WeComError
from adapters.wecom.tokens import TokenStore

#: seconds to connect, and between two bytes of an answer; two calls must end within a worker's lease
TIMEOUT_SECONDS = (3.0, 7.0)
#: a download that takes longer is given up, however steadily it drips
DOWNLOAD_SECONDS = 60.0
_CHUNK_BYTES = 65536
_SECRETS_IN_URL = re.compile(r"(access_token|corpsecret)=[^&\s\"']*")

Answer = TypeVar("Answer")


class WeComClient(WeChatClient):  # type: ignore[misc]  # wechatpy is untyped
    """wechatpy's client for another base address, with our token store. For one thread at a time."""

    def __init__(
        self, *, corp_id: str, secret: str, base_url: str, tokens: TokenStore, timeout: tuple[float, float]
    ) -> None:
        self.API_BASE_URL = f"{base_url.rstrip('/')}/cgi-bin/"
        self.tokens = tokens
        self.last_token = ""
        super().__init__(corp_id, secret, timeout=timeout, auto_retry=False)

    @property
    def access_token(self) -> str:
        """The token in force; asked for by every call of wechatpy."""
        self.last_token = self.tokens.get(self.fetch_access_token)
        return self.last_token

    def fetch_access_token(self) -> tuple[str, float]:
        """Ask for a token: (token, seconds of life).

        Raises:
            ApiRefused, ApiUnreachable: masked.
        """
        answer = _attempt(self._gettoken)
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token:
            raise ApiUnreachable("gettoken gave no token", may_have_worked=False)
        return token, float(answer.get("expires_in") or 7200)

    def renew_token(self) -> None:
        """Replace the token that the last call used."""
        self.tokens.renew(self.last_token, self.fetch_access_token)

    def open_media(self, media_id: str) -> requests.Response:
        """Start a download; wechatpy's own has no time-out and a fixed host."""
        response: requests.Response = self._http.get(
            f"{self.API_BASE_URL}media/get",
            params={"access_token": self.access_token, "media_id": media_id},
            timeout=self.timeout,
            stream=True,
            allow_redirects=False,
        )
        return response

    def handle(self, response: requests.Response) -> Any:
        """Let wechatpy judge a response that was read without it."""
        response.raise_for_status()
        return self._handle_result(response)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _gettoken(self) -> Any:
        response = self._http.get(
            f"{self.API_BASE_URL}gettoken",
            params={"corpid": self.corp_id, "corpsecret": self.secret},
            timeout=self.timeout,
            allow_redirects=False,
        )
        return self.handle(response)

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
        kwargs.setdefault("allow_redirects", False)  # a redirect would carry the token to another host
        return super()._request(method, url_or_endpoint, **kwargs)


class WeComApi:
    """Calls of one secret, safe to share between threads."""

    def __init__(
        self,
        *,
        corp_id: str,
        secret: str,
        base_url: str,
        timeout: tuple[float, float] = TIMEOUT_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        mask_urls_in_logs()
        self._corp_id = corp_id
        self._secret = secret
        self._base_url = base_url
        self._timeout = timeout
        self._monotonic = monotonic
        self._tokens = TokenStore(monotonic)
        self._idle: deque[WeComClient] = deque()

    def call(self, action: Callable[[WeComClient], Any]) -> dict[str, Any]:
        """Run one call of wechatpy, with a new token and once more if the token is refused.

        Raises:
            ApiRefused: WeCom answered with an errcode.
            ApiUnreachable: no usable answer.
        """
        return _object(self._with_token(action))

    def post(self, endpoint: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Call an endpoint that wechatpy lacks or gets wrong.

        Raises:
            ApiRefused, ApiUnreachable: as in `call`.
        """
        return self.call(lambda client: client.post(endpoint, data=dict(payload)))

    def check_token(self) -> None:
        """Make sure that there is a token.

        Raises:
            ApiRefused, ApiUnreachable: as in `call`.
        """
        with self._client() as client:
            self._tokens.get(client.fetch_access_token)

    def upload(self, kind: str, filename: str, content: bytes, media_type: str) -> str:
        """Upload a temporary file and return its media_id, which lives 3 days.

        The file name goes out as raw UTF-8 with `filelength`, as document 90253 asks; wechatpy leaves it to requests.

        Raises:
            ApiRefused, ApiUnreachable: as in `call`.
        """
        body, content_type = _multipart(filename, content, media_type)
        answer = self.call(
            lambda client: client.post(
                "media/upload", params={"type": kind}, data=body, headers={"Content-Type": content_type}
            )
        )
        media_id = answer.get("media_id")
        if not media_id:
            raise ApiUnreachable("media/upload gave no media_id", may_have_worked=False)
        return str(media_id)

    def download(self, media_id: str, *, max_bytes: int) -> tuple[bytes, str]:
        """Fetch a temporary file: (content, its name or "").

        Raises:
            FileTooLarge: more than `max_bytes`; the rest is not read.
            ApiRefused, ApiUnreachable: as in `call`.
        """
        content, filename = self._with_token(lambda client: self._download(client, media_id, max_bytes))
        return bytes(content), str(filename)

    def close(self) -> None:
        """Close idle connections; a later call opens new ones."""
        while self._idle:
            self._idle.pop().close()

    def _download(self, client: WeComClient, media_id: str, max_bytes: int) -> tuple[bytes, str]:
        with client.open_media(media_id) as response:
            disposition = response.headers.get("Content-Disposition", "")
            if response.status_code != requests.codes.ok:
                raise requests.HTTPError(response=response)
            content = self._read(response, max_bytes)
        if not disposition:
            _raise_error_in(content)
        return content, _filename(disposition)

    def _read(self, response: requests.Response, max_bytes: int) -> bytes:
        content = bytearray()
        give_up_at = self._monotonic() + DOWNLOAD_SECONDS
        for chunk in response.iter_content(_CHUNK_BYTES):
            content += chunk
            if len(content) > max_bytes:
                raise FileTooLarge(f"the file has more than {max_bytes} bytes")
            if self._monotonic() > give_up_at:
                raise ApiUnreachable("the download takes too long", may_have_worked=False)
        return bytes(content)

    def _with_token(self, action: Callable[[WeComClient], Answer]) -> Answer:
        with self._client() as client:
            try:
                return _attempt(lambda: action(client))
            except ApiRefused as refusal:
                if refusal.errcode not in TOKEN_CODES:
                    raise
            client.renew_token()
            return _attempt(lambda: action(client))

    @contextmanager
    def _client(self) -> Iterator[WeComClient]:
        """Lend a client that no other thread uses, with its open connections."""
        try:
            client = self._idle.pop()
        except IndexError:
            client = self._new_client()
        try:
            yield client
        finally:
            self._idle.append(client)

    def _new_client(self) -> WeComClient:
        return WeComClient(
            corp_id=self._corp_id,
            secret=self._secret,
            base_url=self._base_url,
            tokens=self._tokens,
            timeout=self._timeout,
        )


class _UrlMask(logging.Filter):
    """Blanks tokens and secrets in the URLs that urllib3 logs when it debugs."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        masked = mask(message)
        if masked != message:
            record.msg, record.args = masked, ()
        return True


def mask(text: str) -> str:
    """Blank the values of access_token and corpsecret in a text that may hold a URL."""
    return _SECRETS_IN_URL.sub(r"\1=***", text)


def mask_urls_in_logs() -> None:
    """Keep tokens out of urllib3's log; harmless when called again."""
    logger = logging.getLogger("urllib3.connectionpool")
    if not any(isinstance(known, _UrlMask) for known in logger.filters):
        logger.addFilter(_UrlMask())


def _attempt(action: Callable[[], Answer]) -> Answer:
    """Run a call; its errors leave without the original, whose text and request hold the URL with the token."""
    failure: WeComError
    try:
        return action()
    except WeChatClientException as error:
        failure = _refused(error)
    except requests.RequestException as error:
        failure = _unreachable(error)
    except (TypeError, ValueError) as error:
        failure = ApiUnreachable(f"unreadable answer ({type(error).__name__})", may_have_worked=True)
    raise failure


def _refused(error: WeChatClientException) -> WeComError:
    if error.errcode is None:
        status = getattr(error.response, "status_code", None)
        return ApiUnreachable(f"WeCom answered HTTP {status}", may_have_worked=status != 404, status_code=status)
    return ApiRefused(int(error.errcode), mask(str(error.errmsg)))


def _unreachable(error: requests.RequestException) -> ApiUnreachable:
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if status is not None:
        return ApiUnreachable(f"WeCom answered HTTP {status}", may_have_worked=status != 404, status_code=status)
    cause = getattr(error.args[0] if error.args else None, "reason", None)
    never_sent = isinstance(error, requests.ConnectTimeout) or isinstance(cause, NewConnectionError | SSLError)
    return ApiUnreachable(f"WeCom does not answer ({type(error).__name__})", may_have_worked=not never_sent)


def _object(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise ApiUnreachable("the answer is not a JSON object", may_have_worked=True)
    return answer


def _raise_error_in(content: bytes) -> None:
    """Raise what an answer says that came instead of a file: JSON with an errcode."""
    if not content.lstrip().startswith(b"{"):
        return
    try:
        answer = json.loads(content)
    except ValueError:
        return
    if isinstance(answer, dict) and isinstance(answer.get("errcode"), int) and answer["errcode"] != 0:
        raise ApiRefused(answer["errcode"], mask(str(answer.get("errmsg", ""))))


def _multipart(filename: str, content: bytes, media_type: str) -> tuple[bytes, str]:
    name = re.sub(r'[\x00-\x1f"\\]', "_", filename) or "file"
    field = RequestField(name="media", data=content, filename=name)
    field.headers["Content-Disposition"] = f'form-data; name="media"; filename="{name}"; filelength={len(content)}'
    field.headers["Content-Type"] = media_type
    return encode_multipart_formdata([field])


def _filename(disposition: str) -> str:
    """Read the name from a Content-Disposition header, which requests decoded as Latin-1."""
    header = Message()
    header["Content-Disposition"] = disposition.encode("latin-1", "replace").decode("utf-8", "replace")
    return unquote(header.get_filename() or "")
