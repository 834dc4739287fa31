"""The tables of a pigment library, and how an older library becomes one of today."""

import sqlite3
from collections.abc import Mapping
from types import MappingProxyType

SUFFIX = ".pigments"
APPLICATION_ID = 0x56454C50
"""What marks an SQLite file as a pigment library: the letters VELP."""
SCHEMA_VERSION = 1

MIGRATIONS: Mapping[int, tuple[str, ...]] = MappingProxyType({})
"""Statements that bring a library of a schema to the next one, by the schema they start from."""

_TABLES = (
    """
    CREATE TABLE library (
        number INTEGER PRIMARY KEY CHECK (number = 1),
        name TEXT NOT NULL,
        version TEXT NOT NULL,
        created_by TEXT NOT NULL,
        notes TEXT NOT NULL
    )
    """,
    # the name in lower case is kept beside the name, since SQLite folds ASCII letters only
    """
    CREATE TABLE pigment (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        folded_name TEXT NOT NULL UNIQUE,
        "group" TEXT NOT NULL,
        components TEXT NOT NULL,
        density_g_cm3 REAL NOT NULL CHECK (density_g_cm3 > 0),
        srgb TEXT NOT NULL,
        colour_source TEXT NOT NULL,
        synonyms TEXT NOT NULL,
        binder TEXT NOT NULL,
        volume_fraction REAL NOT NULL CHECK (volume_fraction > 0 AND volume_fraction <= 1),
        period TEXT NOT NULL,
        from_year INTEGER,
        to_year INTEGER,
        xrf_note TEXT NOT NULL,
        notes TEXT NOT NULL,
        source TEXT NOT NULL
    )
    """,
    # counts are float32, little-endian, with the CRC-32 of their bytes
    """
    CREATE TABLE spectrum (
        number INTEGER PRIMARY KEY,
        pigment INTEGER NOT NULL REFERENCES pigment (number) ON DELETE CASCADE,
        place INTEGER NOT NULL,
        label TEXT NOT NULL,
        kind TEXT NOT NULL,
        offset_kev REAL NOT NULL,
        gain_kev REAL NOT NULL CHECK (gain_kev > 0),
        quadratic REAL NOT NULL,
        axis_source TEXT NOT NULL,
        channels INTEGER NOT NULL CHECK (channels > 1),
        counts BLOB NOT NULL CHECK (length(counts) = 4 * channels),
        checksum INTEGER NOT NULL,
        instrument TEXT NOT NULL,
        source TEXT NOT NULL,
        live_time_s REAL,
        UNIQUE (pigment, place)
    )
    """,
)


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file; the caller's transaction holds them together."""
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an older library to today's schema; the caller's transaction holds it together.

    Raises
    ------
    sqlite3.Error
        If its tables are not those of the schema it claims.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for number in range(version, SCHEMA_VERSION):
        for statement in MIGRATIONS[number]:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number + 1}")
