"""Which region's settings (实施清单) a case goes by: those in force where and when it was accepted.

Before acceptance: what the deciding region has set by now. What a region sets later changes no promise that was made.
Settings are shown and promised by; no verdict and no finding comes from them (ADR 0018).
"""

from tongban.contracts.faults import FaultyContractError
from tongban.contracts.region_settings.settings import settings_from_text
from tongban.contracts.region_settings.settings_file import SettingsFile
from tongban.domain.chain.registries import RegionState
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.store import Transaction
from tongban.projections.case_history import CaseHistory, Step


def settings_in_force(tx: Transaction, knowledge: Knowledge, history: CaseHistory) -> SettingsFile | None:
    """The settings for the version of a case's matter; None where there are none that this software can read."""
    registry = _registry(tx, knowledge, history)
    rules = history.rules
    text = registry.matter_settings.get((rules.catalog_code, rules.version)) if registry else None
    if text is None:
        return None
    try:
        return settings_from_text(text).about
    except FaultyContractError:  # a later version of this software may have written them
        return None


def _registry(tx: Transaction, knowledge: Knowledge, history: CaseHistory) -> RegionState | None:
    accepted = [step for step in history.steps if _accepts(step)]
    if accepted:
        header = accepted[-1].event.header
        found = knowledge.region_at(tx, header.region, header.under.region)
        return found if isinstance(found, RegionState) else None
    deciding = history.state.deciding_region
    return knowledge.current_region(tx, deciding) if deciding is not None else None


def _accepts(step: Step) -> bool:
    return step.stands and step.before.acceptance.officer is None and step.after.acceptance.officer is not None
