"""Settings of regions (实施清单): what one city does for a matter in the applicant's favour."""
