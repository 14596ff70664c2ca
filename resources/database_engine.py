"""From the address of a database to its engine, and from a driver's error to a sentence that a person can act on.

Belongs here: what differs between SQLite and PostgreSQL, and that no password is ever shown.
Does not belong here: tables and what is written to them (``database``, ``schema``).
"""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc

from data_contracts.errors import MendableError

BUSY_SECONDS = 30
CONNECT_SECONDS = 10
_LONGEST_DETAIL = 300


def engine_for(url: str | Path) -> sa.Engine:
    """An engine that opens a connection when it is asked to and closes it after use.

    Args:
        url: ``sqlite:///<path>``, the path alone, or ``postgresql+psycopg://user:password@host/database``.

    Raises:
        MendableError: the address cannot be understood.
    """
    text = str(url)
    try:
        if isinstance(url, Path) or "://" not in text or text.startswith("sqlite:///"):
            return _sqlite(text.removeprefix("sqlite:///"))
        address = sa.make_url(text)
        if address.get_backend_name() == "postgresql":
            return sa.create_engine(address, poolclass=sa.NullPool, connect_args={"connect_timeout": CONNECT_SECONDS})
    except (exc.ArgumentError, ImportError, ValueError):
        pass
    # Neither the address nor the error is shown: where an address cannot be read, its password cannot be cut out either.
    raise MendableError(
        "数据库地址无法识别。请写成 postgresql+psycopg://用户名:密码@主机/数据库(密码中的特殊字符用 %XX 表示),或 sqlite:///路径。",
        "The database address cannot be understood. Write postgresql+psycopg://user:password@host/database "
        "(special characters of the password as %XX), or sqlite:///path.",
    )


def _sqlite(path: str) -> sa.Engine:
    if path in ("", ":memory:"):
        raise ValueError("a database that is gone after each call")
    # The address is built, not parsed: a folder may be called "50%?" on Linux.
    address = sa.URL.create("sqlite", database=path)
    settings = {"timeout": BUSY_SECONDS, "isolation_level": None}
    engine = sa.create_engine(address, poolclass=sa.NullPool, connect_args=settings)
    event.listen(engine, "connect", _foreign_keys)
    event.listen(engine, "begin", _begin)
    return engine


def _foreign_keys(connection: Any, _record: Any) -> None:
    # The journal stays SQLite's default: write-ahead logging does not work on network drives, and a copy of the one file
    # warehouse.db would no longer be a whole backup.
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: sa.Connection) -> None:
    # The driver begins no transaction by itself (isolation_level None). Writers queue up at the start, where waiting is
    # possible; two that began by reading would lock each other out in the middle.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def shown_address(url: sa.URL) -> str:
    """The address without password and options (an option may be a password too)."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(query={}).render_as_string(hide_password=True)


def in_words(error: BaseException, url: sa.URL) -> MendableError:
    """What a driver's error means to the person in charge.

    Args:
        error: as the driver raised it.
        url: of the database.
    """
    where, said = shown_address(url), str(error)
    detail = _scrubbed(said, url)
    low = said.lower()
    if "database is locked" in low:
        return MendableError(
            f"数据库 {where} 正被另一个任务占用,已等待 {BUSY_SECONDS} 秒。请等那个任务结束后重新运行。",
            f"The database {where} is in use by another run; {BUSY_SECONDS} seconds of waiting were not enough. Run again later.",
        )
    if "not a database" in low or "malformed" in low:
        return MendableError(
            f"文件 {where} 不是数据库或已经损坏。请用备份替换它;若没有备份,请先把它移走,再重新运行。",
            f"{where} is no database or is damaged. Put a backup in its place; without one move it away and run again.",
        )
    if "disk is full" in low or "disk i/o" in low or "no space left" in low:
        return MendableError(
            f"写不进数据库 {where}:磁盘已满或出错({detail})。请腾出空间后重新运行;已发布的内容没有改动。",
            f"The database {where} cannot be written: the disk is full or failing ({detail}). Make room and run again.",
        )
    if isinstance(error, PermissionError) or any(
        sign in low for sign in ("readonly", "read-only", "permission denied", "unable to open database file")
    ):
        return MendableError(
            f"没有权限打开或写入数据库 {where}({detail})。请让管理员开放写入权限,或换一个位置。",
            f"The database {where} cannot be opened or written ({detail}). Ask for the right to write, or choose another place.",
        )
    return MendableError(
        f"无法使用数据库 {where}:{detail}。请检查地址、用户名、密码和网络。",
        f"The database {where} cannot be used: {detail}. Check its address, user, password and the network.",
    )


def _scrubbed(text: str, url: sa.URL) -> str:
    options = url.normalized_query
    for secret in [str(url.password or ""), *options.get("password", ()), *options.get("sslpassword", ())]:
        text = text.replace(secret, "***") if secret else text
    return " ".join(text.split())[:_LONGEST_DETAIL].rstrip(".。")
