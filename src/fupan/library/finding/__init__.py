"""Search: one tantivy index per workspace over all that `sources` names.

`store` knows the folders and the schema, `writing` is the one writer, `asking` puts what was typed into a query,
`groups` counts and fetches, `marks` shows where it was found. What a member may not see is left out of counts and hits
there, and again when rows are loaded.
"""
