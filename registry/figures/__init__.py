"""What is counted: indicators by month and place, targets, coverage, gaps."""
