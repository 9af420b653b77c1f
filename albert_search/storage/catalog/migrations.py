"""The schema's history, append-only: a migration that has shipped is never edited.

sqlite-utils applies it and keeps the list of what a catalog has had, the one truth about its version. Each table is
described for people in ``indexes/README.md``.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from albert_search.storage.catalog.digests import file_checksum
from albert_search.storage.catalog.metadata_fields import address_of, field_rows
from albert_search.storage.catalog.seal import Seal
from albert_search.storage.catalog.word_filling import fill_words

if TYPE_CHECKING:
    from sqlite_utils import Database

MIGRATION_SET = "albert_search"

# The white space is part of what has shipped: SQLite keeps the text of a table's statement.
_FIRST_TABLES = (
    """CREATE TABLE settings (
            key TEXT PRIMARY KEY,
            value TEXT NOT NULL,
            checksum BLOB NOT NULL
        ) WITHOUT ROWID""",
    """CREATE TABLE files (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            path TEXT NOT NULL UNIQUE,
            size_bytes INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            content_hash BLOB,
            reader TEXT NOT NULL
        )""",
    """CREATE TABLE documents (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            file_id INTEGER REFERENCES files (id),
            uri TEXT NOT NULL UNIQUE,
            "row" INTEGER,
            metadata TEXT NOT NULL,
            content_hash BLOB NOT NULL,
            checksum BLOB NOT NULL
        )""",
    "CREATE INDEX documents_of_file ON documents (file_id)",
    """CREATE TABLE texts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            text TEXT NOT NULL,
            hash BLOB NOT NULL UNIQUE,
            vector BLOB NOT NULL,
            checksum BLOB NOT NULL
        )""",
    """CREATE TABLE sentences (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            document_id INTEGER NOT NULL REFERENCES documents (id),
            ordinal INTEGER NOT NULL,
            text_id INTEGER NOT NULL REFERENCES texts (id),
            start INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            line INTEGER,
            page INTEGER,
            headings TEXT NOT NULL,
            UNIQUE (document_id, ordinal)
        )""",
    "CREATE INDEX sentences_of_text ON sentences (text_id)",
    """CREATE TABLE removed_texts (
            text_id INTEGER PRIMARY KEY,
            generation INTEGER NOT NULL
        )""",
)


def m001_files_documents_sentences_and_texts(db: Database) -> None:
    """Lay out what was read, what it was split into, and each distinct text with its vector."""
    for statement in _FIRST_TABLES:
        db.execute(statement)


def m002_full_text_of_each_distinct_text(db: Database) -> None:
    """Keep FTS5 beside the texts, for keyword search; triggers hold the two together."""
    for statement in (
        """CREATE VIRTUAL TABLE texts_fts USING fts5 (
            text, content = 'texts', content_rowid = 'id',
            tokenize = 'porter unicode61 remove_diacritics 2'
        )""",
        """CREATE TRIGGER texts_fts_insert AFTER INSERT ON texts BEGIN
            INSERT INTO texts_fts (rowid, text) VALUES (new.id, new.text);
        END""",
        """CREATE TRIGGER texts_fts_delete AFTER DELETE ON texts BEGIN
            INSERT INTO texts_fts (texts_fts, rowid, text) VALUES ('delete', old.id, old.text);
        END""",
        "INSERT INTO texts_fts (texts_fts) VALUES ('rebuild')",
    ):
        db.execute(statement)


def m003_how_vectors_are_whitened(db: Database) -> None:
    """Keep the transform that vectors go through before they are compared; those of the texts stay as they are."""
    db.execute("CREATE TABLE whitening (mean BLOB NOT NULL, matrix BLOB NOT NULL, checksum BLOB NOT NULL)")


def m004_checksums_of_files(db: Database) -> None:
    """Let a damaged row of a file be noticed, as one of any other table is."""
    db.execute("ALTER TABLE files ADD COLUMN checksum BLOB")
    known = db.execute("SELECT path, size_bytes, mtime_ns, content_hash, reader, id FROM files").fetchall()
    rows = [(file_checksum(*state), file_id) for *state, file_id in known]
    db.conn.executemany("UPDATE files SET checksum = ? WHERE id = ?", rows)


_FIELDS = (
    """CREATE TABLE fields (
        document_id INTEGER NOT NULL REFERENCES documents (id),
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        value NOT NULL,
        number,
        whole TEXT,
        PRIMARY KEY (document_id, position)
    ) WITHOUT ROWID""",
    "CREATE INDEX fields_by_value ON fields (name, value)",
    "CREATE INDEX fields_by_number ON fields (name, number) WHERE number IS NOT NULL",
    "ALTER TABLE documents ADD COLUMN address TEXT",
    "CREATE INDEX documents_by_address ON documents (address) WHERE address IS NOT NULL",
)


def m005_fields_of_documents(db: Database) -> None:
    """Keep every value of the metadata in a row of its own, and each address in one Unicode form, to be filtered by."""
    for statement in _FIELDS:
        db.execute(statement)
    for document_id, uri, metadata in db.execute("SELECT id, uri, metadata FROM documents").fetchall():
        rows = [(document_id, position, *row) for position, row in enumerate(field_rows(json.loads(metadata)))]
        db.conn.executemany("INSERT INTO fields VALUES (?, ?, ?, ?, ?, ?)", rows)
        db.execute("UPDATE documents SET address = ? WHERE id = ?", (address_of(uri), document_id))


_WORD_TABLES = (
    """CREATE TABLE text_words (
        text_id INTEGER PRIMARY KEY REFERENCES texts (id),
        language TEXT,
        words TEXT NOT NULL,
        wholes TEXT NOT NULL,
        stems TEXT NOT NULL,
        checksum BLOB NOT NULL
    )""",
    """CREATE TABLE document_words (
        document_id INTEGER PRIMARY KEY REFERENCES documents (id),
        language TEXT,
        words TEXT NOT NULL,
        wholes TEXT NOT NULL,
        stems TEXT NOT NULL,
        checksum BLOB NOT NULL
    )""",
    "CREATE INDEX document_words_by_language ON document_words (language)",
)


def _full_text_of(table: str, key: str) -> tuple[str, ...]:
    """Return what lays out the full-text table of words that are cut already, at spaces alone, and keeps it in step."""
    return (
        f"""CREATE VIRTUAL TABLE {table}_fts USING fts5 (
            words, wholes, stems, content = '{table}', content_rowid = '{key}',
            tokenize = "ascii tokenchars '!#$%&()*+,-./:;<=>?@[\\]^_`{{|}}~'"
        )""",
        f"""CREATE TRIGGER {table}_fts_insert AFTER INSERT ON {table} BEGIN
            INSERT INTO {table}_fts (rowid, words, wholes, stems) VALUES (new.{key}, new.words, new.wholes, new.stems);
        END""",
        f"""CREATE TRIGGER {table}_fts_delete AFTER DELETE ON {table} BEGIN
            INSERT INTO {table}_fts ({table}_fts, rowid, words, wholes, stems)
            VALUES ('delete', old.{key}, old.words, old.wholes, old.stems);
        END""",
    )


def m006_words_of_every_script(db: Database) -> None:
    """Search words that this package cuts, not SQLite: of every script, stems by language, and titles."""
    gone = ("TRIGGER texts_fts_insert", "TRIGGER texts_fts_delete", "TABLE texts_fts")
    made = (*_WORD_TABLES, *_full_text_of("text_words", "text_id"), *_full_text_of("document_words", "document_id"))
    for statement in (*(f"DROP {what}" for what in gone), *made):
        db.execute(statement)
    fill_words(db.conn)


HISTORY = {
    migration.__name__: migration
    for migration in (
        m001_files_documents_sentences_and_texts,
        m002_full_text_of_each_distinct_text,
        m003_how_vectors_are_whitened,
        m004_checksums_of_files,
        m005_fields_of_documents,
        m006_words_of_every_script,
    )
}


def applied_migrations(connection: sqlite3.Connection) -> set[str]:
    """Return the names of the migrations that a catalog has had; none where the database is no catalog."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
        return set()
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (MIGRATION_SET,))
    return {str(name) for (name,) in rows}


def migrate(connection: sqlite3.Connection, seal: Seal | None = None) -> None:
    """Bring the catalog behind a connection up to the newest schema.

    Args:
        connection: An open connection that may write.
        seal: The catalog's, where it is a file.
    """
    from sqlite_utils import Database  # here: a search of an index that is current need not load it
    from sqlite_utils.migrations import Migrations

    migrations = Migrations(MIGRATION_SET)
    for migration in HISTORY.values():
        migrations()(migration)
    # Of several processes that open an older catalog at once, one migrates it and the others wait.
    connection.execute("BEGIN IMMEDIATE")
    try:
        if seal is not None:
            seal.break_()
        migrations.apply(Database(connection, execute_plugins=False))
        connection.execute(f"PRAGMA user_version = {len(HISTORY)}")  # for other programs; nothing here reads it
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
