"""Parquet files: tables kept column by column, as analysts and data platforms pass them on."""
