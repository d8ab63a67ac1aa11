"""Past sales from a file: what we would have known (`backtest`), and taking them in (`import`)."""
