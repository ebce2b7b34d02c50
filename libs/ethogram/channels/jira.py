"""Jira: an issue per notice. It carries the notice's id as a label, by which a repetition is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ethogram.channels.channel import Notice, Secret
from ethogram.channels.http import Http, wrong

KIND = "Task"


class Jira:
    """One project. With `user` it is Jira Cloud (an API token), without a data centre (a personal access token)."""

    about: ClassVar[str] = (
        "Jira issues: `{kind: jira, config: {url: 'https://x.atlassian.net', user: a@b.c, token: NAME, project: OPS}}`"
    )

    def __init__(self, config: Mapping[str, Any], secret: Secret) -> None:
        self._http = Http(str(config["url"]))
        self._secret, self._token = secret, str(config["token"])
        self._user, self._project = config.get("user"), str(config["project"])
        self._kind = str(config.get("issue_type", KIND))

    @staticmethod
    def check(config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words."""
        found = wrong(config, {"url": True, "project": True, "user": False, "issue_type": False}, {"token": True})
        if not str(config.get("project", "A")).replace("_", "").isalnum():
            found.append("project must be its key, e.g. OPS")
        return found

    async def tell(self, notice: Notice) -> str | None:
        """Open an issue, unless there is one; its key."""
        label = f"ethogram-{notice.id}"
        search = "/rest/api/3/search/jql" if self._user else "/rest/api/2/search"
        query = {"jql": f'project = "{self._project}" AND labels = "{label}"', "fields": "key", "maxResults": "1"}
        found = await self._ask("GET", search, query=query)
        if found.get("issues"):
            return str(found["issues"][0]["key"])
        fields = {
            "project": {"key": self._project}, "issuetype": {"name": self._kind}, "summary": notice.subject,
            "description": f"{{noformat}}\n{notice.text.replace('{noformat}', '')}\n{{noformat}}\n{notice.link}",
            "labels": ["ethogram", label],
        }  # fmt: skip
        return str((await self._ask("POST", "/rest/api/2/issue", {"fields": fields}))["key"])

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        token = self._secret(self._token)
        if self._user:
            return await self._http.ask(method, path, body, auth=(str(self._user), token), **more)
        return await self._http.ask(method, path, body, headers={"authorization": f"Bearer {token}"}, **more)
