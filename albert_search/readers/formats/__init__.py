"""The formats, a file for each.

In reading order:

- ``text``, ``prose``: plain text, and its lines as blocks.
- ``markdown``, ``front_matter``, ``rst``, ``sphinx``, ``asciidoc``, ``org``: markup.
- ``html``, ``html_chrome``, ``html_writer``: web pages, what on them is no text, and their elements as blocks.
- ``docx``: Word documents.
- ``pdf``, ``page_words``, ``page_layout``, ``running_heads``, ``paragraphs``: pages, the words on them, their lines in
  reading order, what every page repeats, and paragraphs out of lines.
- ``table``, ``records``, ``header``, ``fields``: separated values, a document a row.
- ``jsonl``, ``json_yaml_toml``, ``notebook``, ``subtitles``: data, notebooks and films.
"""
