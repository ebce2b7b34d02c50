"""E-mail over SMTP: a repetition has the same Message-ID, by which mail systems know it; SMTP itself does not."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, ClassVar

from ethogram.channels.channel import Notice, Secret
from ethogram.models.call import ProviderRefused, ProviderTrouble
from ethogram.models.rights import KEY_NAME, LOOPBACK

TIMEOUT_S = 15.0
KEYS = ("host", "port", "security", "user", "password", "sender", "to")
PORTS = {"starttls": 587, "tls": 465, "none": 25}


class Email:
    """A mail server, and who is written to."""

    about: ClassVar[str] = (
        "e-mail: `{kind: email, config: {host: mail.x.org, user: me, password: NAME, sender: me@x.org,"
        " to: [you@x.org]}}`"
    )

    def __init__(self, config: Mapping[str, Any], secret: Secret) -> None:
        self._config, self._secret = config, secret
        self._security = str(config.get("security", "starttls"))

    @staticmethod
    def check(config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words."""
        wrong = [f"unknown key {key!r}; expected {', '.join(KEYS)}" for key in config if key not in KEYS]
        security, port, to = config.get("security", "starttls"), config.get("port", 25), config.get("to")
        if not isinstance(config.get("host"), str) or not config["host"].strip():
            wrong.append("host is missing: the name of the mail server")
        if security not in PORTS:
            wrong.append(f"security is {security!r}; expected {', '.join(PORTS)}")
        if security == "none" and config.get("host") not in LOOPBACK:
            wrong.append("security: none is for this machine alone; expected starttls or tls")
        if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65_535:
            wrong.append(f"port is {port!r}; expected a number from 1 to 65535")
        if not isinstance(to, list) or not to or not all(map(_is_address, to)):
            wrong.append("to must be a list of addresses")
        if not _is_address(config.get("sender")):
            wrong.append("sender must be an address")
        if ("user" in config) != ("password" in config) or not KEY_NAME.fullmatch(str(config.get("password", "N"))):
            wrong.append("user and password belong together; password is the NAME of a variable, never the password")
        return wrong

    async def tell(self, notice: Notice) -> str | None:
        """Hand it to the mail server; its Message-ID."""
        message = self._message(notice)
        await asyncio.to_thread(self._sent, message)
        return str(message["Message-ID"])

    async def close(self) -> None:
        """Nothing is held."""

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = self._config["sender"], ", ".join(self._config["to"])
        message["Subject"] = notice.subject
        message["Date"] = format_datetime(datetime.fromisoformat(notice.time))
        message["Message-ID"] = f"<{notice.id}@{str(self._config['sender']).rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{notice.text}\n\n{notice.link}\n")
        return message

    def _sent(self, message: EmailMessage) -> None:
        try:
            with self._connected() as server:
                refused = server.send_message(message)
        except smtplib.SMTPResponseException as error:
            raise _answer(error.smtp_code, str(error.smtp_error)) from None
        except smtplib.SMTPRecipientsRefused as error:
            raise _answer(max(code for code, _ in error.recipients.values()), "no recipient was taken") from None
        except (smtplib.SMTPException, OSError) as error:
            raise ProviderTrouble("connection", f"the mail server cannot be reached: {type(error).__name__}") from None
        if refused:
            raise ProviderRefused("recipients-refused", f"not taken for {', '.join(sorted(refused))}")

    def _connected(self) -> smtplib.SMTP:
        host, port = str(self._config["host"]), int(self._config.get("port", PORTS[self._security]))
        context = ssl.create_default_context()
        if self._security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
        if self._security == "starttls":
            server.starttls(context=context)
        if "user" in self._config:
            server.login(str(self._config["user"]), self._secret(str(self._config["password"])))
        return server


def _answer(code: int, said: str) -> ProviderTrouble | ProviderRefused:
    words = f"SMTP {code}: {said[:200]}"
    return ProviderTrouble("mail-put-off", words) if 400 <= code < 500 else ProviderRefused("mail-refused", words)


def _is_address(text: object) -> bool:
    if not isinstance(text, str) or not text.isprintable() or " " in text or text.count("@") != 1:
        return False
    return all(text.split("@")) and not set(text) & set(",;<>")
