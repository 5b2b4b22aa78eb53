"""The store's rows, as plain SQL through Django's connection.

The ORM builds a query for each read and a model instance for each row, which
took most of the time of a commit (docs/decisions/0008). SQLite and PostgreSQL
both understand these statements; their differences are in `values`.
"""
