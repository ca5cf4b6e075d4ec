"""An officer to be appointed, as the command line names them: what to record, with post and organization if they are new."""

from dataclasses import dataclass

from tongban.adapters.cli.registries.registration import Organization, power_text
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.chain.registries import RegionState
from tongban.domain.errors import RegistryRefusedError
from tongban.domain.events.catalogue import RegionBody
from tongban.domain.events.region import OfficerAppointed, PostCreated
from tongban.domain.events.values import Power, PublicKey


@dataclass(frozen=True, slots=True)
class Appointment:
    """Who is appointed to which post. Titles and `powers` are those of a post that is new."""

    officer: str
    name: str
    organization: Organization
    post: str
    title_zh: str | None
    title_en: str | None
    powers: tuple[Power, ...]

    def bodies(self, state: RegionState, key: SigningKey) -> list[RegionBody]:
        """What to record. Raises RegistryRefusedError where organization or post is not known and not described."""
        appointed = OfficerAppointed(
            self.officer, self.name, self.organization.code, self.post, PublicKey(key.suite, key.public_key)
        )
        return [*self.organization.body(state), *self._post(state), appointed]

    def _post(self, state: RegionState) -> list[PostCreated]:
        organization, post = self.organization.code, self.post
        known = state.posts.get((organization, post))
        if known is None:
            return [self._new_post(state)]
        if self.powers and frozenset(self.powers) != frozenset(known.powers):
            raise RegistryRefusedError(
                f"post {organization}/{post} exists with other powers",
                expected=", ".join(map(power_text, known.powers)),
                found=", ".join(map(power_text, self.powers)),
                advice="leave --power out, or name another post",
            )
        return []

    def _new_post(self, state: RegionState) -> PostCreated:
        organization, post = self.organization.code, self.post
        if not self.title_zh or not self.title_en or not self.powers:
            posts = ", ".join(sorted("/".join(each) for each in state.posts)) or "none yet"
            raise RegistryRefusedError(
                f"there is no post {organization}/{post}",
                expected=f"one of {posts}; or a new one with titles and powers",
                found=f"{organization}/{post}",
                advice="give --title-zh, --title-en and --power (or --all-powers) to create it",
            )
        return PostCreated(post, organization, self.title_zh, self.title_en, self.powers)
