"""Texts as words, in every script.

In reading order:

- ``segmentation``: a text cut into words.
- ``stemming``: words cut to their stems.
- ``function_words``: words that say nothing about a subject.
- ``detection``: the language of a text.
- ``languages``: languages by their names.
"""
