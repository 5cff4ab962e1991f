"""Statements that the two databases word or answer differently."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def changed(session: Session, statement: Any, values: list[dict[str, Any]] | None = None) -> int:
    """How many rows a statement changed, executed once or with each of several sets of values."""
    # Without the option some drivers do not tell the number for an INSERT.
    result = session.execute(statement, values, execution_options={"preserve_rowcount": True})
    assert isinstance(result, CursorResult)  # noqa: S101 - what an INSERT or UPDATE returns
    return result.rowcount


def dialect_of(session: Session) -> Any:
    """The module of SQLAlchemy whose INSERT knows ON CONFLICT."""
    return postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
