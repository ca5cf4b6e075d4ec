"""The views' database: tables derived from the rows of `tongban.projections`, on SQLAlchemy Core."""
