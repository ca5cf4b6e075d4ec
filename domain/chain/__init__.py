"""What counts: the frozen rules by which every region comes to the same verdict."""
