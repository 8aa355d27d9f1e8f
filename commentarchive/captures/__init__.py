"""What each capture held of each article, kept and compared."""
