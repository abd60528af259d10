#!/usr/bin/env bash
# Two employers exchange data: exchange.md beside this file explains each step.
#
#   docs/quickstart/exchange.sh [FOLDER]
#
# Everything it makes stands in FOLDER, a new one by default: a home of Muster's and the receiver's
# database. MUSTER and PYTHON name the programs to use; those of this checkout by default.
set -euo pipefail

WORK=${1:-$(mktemp -d)}
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BIN=$HERE/../../.venv/bin
MUSTER=${MUSTER:-$BIN/muster} PYTHON=${PYTHON:-$BIN/python}
export MUSTER_HOME=$WORK/home
CONTRACT=muster.example.staff_record.v1

muster() { "$MUSTER" "$@"; }
python() { "$PYTHON" "$@"; }
step() { printf '\n== %s\n' "$1"; }
run() { printf '$ %s\n' "$1"; eval "$1" 2>&1; }
refused() { printf '$ %s\n' "$1"; if eval "$1" 2>&1; then echo "It should have been refused"; exit 1; fi; }

cd "$HERE/exchange"

step "1. The two systems, and how Weir's payroll is spoken to"
run 'muster systems add hr:mill --title "HR of Mill" --kind hr'
run 'muster systems add payroll:weir --title "Payroll of Weir" --kind payroll'
run 'python payroll.py make $WORK/payroll.sqlite3'
run 'muster systems endpoint payroll:weir --kind sql_table --set table=PAYEE \
    --set mode=upsert --set keys=EMP_NO --secret url=sqlite:///$WORK/payroll.sqlite3'
run 'muster systems check payroll:weir'

step "2. What both speak of: a contract, accepted by somebody else than its author"
run 'muster contracts draft staff_record.json --by "Ada of Mill"'
run 'muster contracts accept $CONTRACT 1 --reason "Both sides agreed to it" --by "Ben of Weir"'

step "3. How Mill's file is read, and the door by which it comes in"
run 'muster map suggest from-mill/staff-2026-09-30.csv --contract $CONTRACT \
    --answer "grade.codes:Band 4=EO" --answer "grade.codes:Band 5=HEO" \
    --answer "grade.codes:Band 7=G7" --save mill-staff --title "Staff list of Mill"'
run 'muster routes open mill-staff --contract $CONTRACT --from hr:mill'

step "4. One agreement, signed by both sides"
run 'muster agreements draft agreement.toml'
run 'muster agreements sign mill-pays-by-weir --side sender \
    --by "Ada of Mill" --capacity "HR Director of Mill"'
run 'muster agreements sign mill-pays-by-weir --side receiver \
    --by "Ben of Weir" --capacity "Head of payroll of Weir"'

step "5. The route: drafted with its translation, tried, let go live by somebody else"
run 'muster routes draft mill-to-weir --contract $CONTRACT --from hr:mill --to payroll:weir \
    --agreement mill-pays-by-weir --mapping mapping.toml'
run 'muster routes try mill-to-weir --record message.json'
run 'muster routes trial mill-to-weir --reason "Begin" --by "Ada of Mill"'
run 'muster routes live mill-to-weir --accept --reason "The trial is right" --by "Ben of Weir"'

step "6. Mill sends its file; one row cannot be read and waits"
run 'muster load from-mill/staff-2026-09-30.csv'
run 'muster carry --once'
run 'python payroll.py show $WORK/payroll.sqlite3'
run 'muster quarantine'

step "7. Somebody says what the row means, and it goes on"
run 'muster quarantine fix "Grade: not in the code list of this layout (Band IV)" EO \
    --reason "Mill confirmed it"'
run 'muster carry --once'
run 'python payroll.py show $WORK/payroll.sqlite3'
run 'muster ledger checkpoint exchange > $WORK/kept.note'

step "8. Next month's file: one change arrives, and only that"
run 'muster load from-mill/staff-2026-10-31.csv'
run 'muster carry --once'
run 'python payroll.py show $WORK/payroll.sqlite3'

step "9. A single message takes the same route"
run 'muster messages send message.json --system hr:mill | tee $WORK/answer'
run 'muster carry --once'
run 'python payroll.py show $WORK/payroll.sqlite3'
POSITION=$(grep -o '[0-9]*$' "$WORK/answer")
run 'muster messages show $POSITION'

step "10. Its proof, for people who have no access to Muster"
run 'muster ledger prove exchange $POSITION --since $WORK/kept.note > $WORK/proof.json'
run 'muster ledger checkpoint exchange --key | tee $WORK/key'
KEY=$(cat "$WORK/key")
run 'muster ledger verify --proof $WORK/proof.json --key $KEY --checkpoint $WORK/kept.note'
run 'python ../../../muster/ledger/verify_proof.py $WORK/proof.json --key $KEY \
    --checkpoint $WORK/kept.note'

step "11. A proof that holds nothing of the message, and one that somebody altered"
run 'muster ledger prove exchange $POSITION --without-body > $WORK/withheld.json'
run 'python ../../../muster/ledger/verify_proof.py $WORK/withheld.json --key $KEY'
run 'sed s/hr:mill:M5/hr:mill:M6/ $WORK/proof.json > $WORK/altered.json'
refused 'muster ledger verify --proof $WORK/altered.json --key $KEY'
refused 'python ../../../muster/ledger/verify_proof.py $WORK/altered.json --key $KEY'

step "12. The whole evidence"
run 'muster ledger verify'
