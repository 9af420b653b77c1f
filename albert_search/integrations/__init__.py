"""The same search behind the interfaces of other frameworks; each module needs the extra that is named like it."""
