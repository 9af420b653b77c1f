"""The same search behind the interfaces of other frameworks; each module needs the extra that is named like it.

In reading order:

- ``extras``: imports of the frameworks.
- ``whole_texts``: documents instead of sentences, as the frameworks know them.
- ``sentence_hits``: hits with their context and their place.
- ``conditions``: conditions that their filter languages share.
- ``langchain``, ``langchain_embeddings``, ``langchain_filters``: LangChain.
- ``llama_index``, ``llama_index_embedding``, ``llama_index_filters``: LlamaIndex.
- ``haystack``, ``haystack_store``, ``haystack_embedders``, ``haystack_filters``: Haystack.
- ``chat``: answers in words, by a language model behind OpenAI's dialect; it needs no extra.
- ``sentence_transformers``: a model where one of sentence-transformers is expected.
"""
