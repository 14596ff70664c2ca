"""``junheng run --trial``: recording what is on trial, and telling what it says.

Belongs here: the console's part of trials. Does not belong here: the acts themselves (``resources.trials``), computing a
standard on trial (``domain.assessment.trials``).
"""

import datetime as dt
import getpass
from collections.abc import Sequence

from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear
from data_contracts.tables import CONTRACTS
from pipelines.commands.console import Speaker
from pipelines.commands.names import Names
from resources.home import Home
from resources.table_store import TableStore


def record_trials_of(home: Home, years: list[SchoolYear], begun: Sequence[str], ended: Sequence[str]) -> None:
    """Record which standards are on trial, so that every later run of these years, by hand or at night, tries them too."""
    from resources.approvals import approval_in_force
    from resources.database import WarehouseDatabase
    from resources.trials import record_trials

    database = WarehouseDatabase(home.database_url)
    database.prepare()
    locked = [year.key for year in years if approval_in_force(database, year) is not None]
    database.close()
    if locked:
        raise MendableError(
            f"{'、'.join(locked)} 学年已审定锁定,不能开始或结束试算。请先解锁:junheng workflow unlock。",
            f"{', '.join(locked)}: approved and locked, so no trial can begin or end. Unlock first: junheng workflow unlock.",
        )
    record_trials(home, years, begun, ended, getpass.getuser(), dt.datetime.now(dt.UTC))


def tell_trials(home: Home, tables: TableStore, year: SchoolYear, speaker: Speaker) -> None:
    """What standards on trial say, beside those in force."""
    tried, verdicts, compliance = (
        tables.read(name, year.key) for name in ("trial_verdicts", "county_verdicts", "trial_compliance")
    )
    if tried is None or verdicts is None or compliance is None or (tried.empty and compliance.empty):
        return
    names = Names.of(home, year)
    words = {"true": ("达到", "met"), "false": ("未达到", "not met"), "pending": ("待定", "pending")}
    for title, found in ((("试算", "on trial"), tried), (("现行", "in force"), verdicts if len(tried) else tried)):
        for row in found[found["item"] == "overall"].itertuples():
            (zh, en), (called, called_en) = words[str(row.met)], names.standard(row.standard)
            why = names.reason(row.reason, row.standard)
            speaker.say(
                f"  {title[0]}“{called}” {row.county_name}:{zh}" + (f"({why})" if why else ""),
                f"  {title[1]}: {called_en}, {row.county_name}: {en}",
            )
    for standard, rows in compliance.groupby("standard"):
        met = int(rows["compliant"].fillna(False).sum())
        called, called_en = names.standard(str(standard))
        speaker.say(
            f"  试算“{called}”:{len(rows)} 个校段,达标 {met} 个,另见数据表“{CONTRACTS['trial_compliance'].title}”(trial_compliance)。",
            f"  on trial: {called_en}: {len(rows)} school sections, {met} comply; see trial_compliance.",
        )
