"""Mail: `fetch` reads a mailbox, `parse` reads a mail, `amazon` knows its relay, `trust` the sender, `post` sends."""
