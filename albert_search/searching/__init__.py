"""From a question to hits: meaning and words ranked, fused and judged.

In reading order:

- ``options``, ``questions``: choices of a search, and its questions.
- ``long_texts``: vectors of texts of any length.
- ``understanding``: questions in languages that the model does not know.
- ``query_language``: phrases, excluded words and filters in a question.
- ``literals``: strings that are meant letter by letter.
- ``context``: sentences lifted by what stands around them.
- ``selection``: texts that a filter leaves.
- ``ranking``: by meaning, by words, or both fused.
- ``widening``: longer rankings, while what is kept of them is too little.
- ``searcher``: rankings to hits, with their surroundings.
- ``late_interaction``, ``token_cache``, ``reranking``: candidates read again, token by token.
- ``relevance``: scores against those of unrelated questions.
- ``feedback``: Rocchio's relevance feedback.
- ``places``: sentences by document and line.
"""
