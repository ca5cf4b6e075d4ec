"""What a case is and may become, told as given / when / then."""
