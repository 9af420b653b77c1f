"""The formats, a file for each.

In reading order:

- ``text``, ``prose``: plain text, and its lines as blocks.
- ``markdown``, ``front_matter``, ``rst``, ``sphinx``, ``asciidoc``, ``org``: markup.
- ``html``, ``html_chrome``, ``html_writer``: web pages, what on them is no text, and their elements as blocks.
- ``docx``: Word documents.
- ``pdf``, ``paragraphs``: pages, and paragraphs out of their lines.
- ``table``, ``records``, ``header``, ``fields``: separated values, a document a row.
- ``jsonl``, ``json_yaml_toml``, ``notebook``, ``subtitles``: data, notebooks and films.
"""
