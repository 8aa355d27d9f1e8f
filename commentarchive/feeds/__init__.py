"""What programs read of public pages: feeds, linked data, a site map."""
