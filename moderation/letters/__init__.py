"""Letters: what each says, how it is put into a mail, and how that is delivered."""
