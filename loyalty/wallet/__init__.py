"""A card as the wallets of telephones keep it: what it shows, the files that they take, and telling them of changes."""
