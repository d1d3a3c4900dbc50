"""Who may sign in to the demonstration, and as what. Plain values: `serve.py` prints them too."""

PASSWORD = "fingerpost-demo"  # noqa: S105 - the demonstration's alone, refused outside it

SIGN_INS = {
    "referrer@example.gov.uk": "makes referrals for a council",
    "booker@example.org": "books training for a school",
    "funder@example.gov.uk": "agrees the cost and pays",
    "coordinator@example.nhs.uk": "staff: triage, quotes, dates",
    "consultant@example.nhs.uk": "staff: reads, meets, writes recommendations",
    "lead@example.nhs.uk": "staff: allocates and signs off",
    "finance@example.nhs.uk": "staff: invoices and payments",
    "editor@example.nhs.uk": "staff: guidance and packages",
}
