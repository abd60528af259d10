"""Muster lets 180 government employers work as one.

The rooms, in the order data flows. Rooms without a number serve every other; a room may import
those above it in this list and none below, and a test keeps the list true.

    kernel/         knows nothing of HR: ids, clock, legal days, money, errors, settings, keys
    ledger/         named append-only logs: append, read, prove, erase, verify; on two stores
    connectors/  1  how to speak to systems: drop/ csv_drop/ workbook/ xml/ fixed_width/ parquet/
                    sql_table/ http_json/ places/ remote_folder/ load_file/ mailbox/
                    notify/
    hub/         2  what may flow, and making it flow; never decides what is true
    register/    3  what is true: employers/ places/ posts/ statistics/ attendance/
                    shared_services/ people/ recruitment/ told/ keeping/ linkage/
    casework/    4  what people do about it: processes as diagrams, cases, tasks, deadlines
    gates/       5  what may pass: who may see what, and which numbers may leave
    pagekit/     6  parts of pages: forms, tables, charts, navigation, access-checked views
    services/    7  a folder each, none imports another: exchange/ people/ transfers/ inbox/ grid/
                    quality/ dashboards/ returns/ messages/ agreements/ airlock/ myself/ rights/
                    oversight/ skills/
    web/         8  mounts the pages of services: shell, sign-in, languages, static files
    api/         8  the same verbs as JSON, for systems
    cli/         8  the same verbs at a terminal
"""
