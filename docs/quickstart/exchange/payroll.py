"""Weir's payroll, which knows nothing of Muster: a database with columns and codes of its own.

``python payroll.py make FILE`` makes it, ``python payroll.py show FILE`` prints who is paid and how
often each row was written: the database counts that by itself.
"""

import sqlite3
import sys

TABLES = """
CREATE TABLE PAYEE (
  EMP_NO TEXT PRIMARY KEY CHECK (length(EMP_NO) = 8),
  NAME TEXT NOT NULL,
  GRADE_CD TEXT NOT NULL CHECK (GRADE_CD IN ('20', '30', '40', '70')),
  START_DT TEXT NOT NULL,
  SALARY TEXT
);
CREATE TABLE WRITTEN (EMP_NO TEXT NOT NULL);
CREATE TRIGGER ADDED AFTER INSERT ON PAYEE BEGIN INSERT INTO WRITTEN VALUES (NEW.EMP_NO); END;
CREATE TRIGGER CHANGED AFTER UPDATE ON PAYEE BEGIN INSERT INTO WRITTEN VALUES (NEW.EMP_NO); END;
"""
PAID = """
SELECT EMP_NO, NAME, GRADE_CD, START_DT, SALARY,
  (SELECT count(*) FROM WRITTEN WHERE WRITTEN.EMP_NO = PAYEE.EMP_NO)
FROM PAYEE ORDER BY EMP_NO
"""


def main(what: str, path: str) -> None:
    with sqlite3.connect(path) as database:
        if what == "make":
            database.executescript(TABLES)
            return
        sys.stdout.write("EMP_NO    NAME              GRADE_CD  START_DT  SALARY    WRITTEN\n")
        for number, name, grade, start, salary, written in database.execute(PAID):
            line = f"{number}  {name:<16}  {grade:<8}  {start}  {salary:<8}  {written}"
            sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
