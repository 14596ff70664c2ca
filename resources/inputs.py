"""What a result of a year is a function of: inbox, register, standards, recorded acts, code.

Belongs here: the hashes of these, to tell whether anything changed. Does not belong here: reading any of them.
"""

import hashlib
import json
from pathlib import Path

from data_contracts.school_year import SchoolYear
from data_contracts.standards_in_force import in_force
from resources.code_version import code_version
from resources.home import Home
from resources.inbox import content_of, files_in, hash_of
from resources.trials import standards_on_trial


def input_hashes(home: Home, year: SchoolYear) -> dict[str, str]:
    """Path in the home folder → SHA-256 of every input of a year; empty where a file cannot be read.

    The standards in force count by their content as understood, so that a comment in a file changes nothing.
    """
    inbox = home.inbox(year)
    found: dict[str, str] = {}
    if inbox.is_dir():
        for file in files_in(inbox):
            content = content_of(file)
            found[f"inbox/{year.key}/{file.file}"] = "" if content is None else hash_of(content)
    register = home.register_file(year)
    if register:
        found[f"register/{register.name}"] = hash_of(register.read_bytes())
    for standard in in_force(home.standards(), year):
        found[f"standards/{standard.id}"] = hash_of(standard.model_dump_json().encode())
    for standard in standards_on_trial(home, year):
        found[f"trials/{standard.id}"] = hash_of(standard.model_dump_json().encode())
    # The year before: its coefficients for the comparison, its figures and explained queries for the screening.
    for table in ("county_coefficients", "school_returns", "query_answers"):
        before = home.tables / table / f"{year.previous.key}.parquet"
        if before.is_file():
            found[f"tables/{table}/{before.name}"] = hash_of(before.read_bytes())
    return found


def fingerprint(inputs: dict[str, str]) -> str:
    """One hash of all inputs and the code."""
    content = json.dumps([sorted(inputs.items()), code_version()], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def inbox_signature(folder: Path) -> str:
    """A cheap sign of what lies in an inbox (paths, sizes, times), for telling that something is being copied in."""
    lines = []
    for file in files_in(folder) if folder.is_dir() else []:
        try:
            facts = file.path.lstat()
        except OSError:
            continue
        lines.append(f"{file.file}\0{facts.st_size}\0{facts.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()
