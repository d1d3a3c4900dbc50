"""Who and what is free when: hours, leave, bank holidays, outside calendars, and finding a time.

`intervals`, `finding` and `outside` are pure; `diaries` reads the database; `fetching` the network.
"""
