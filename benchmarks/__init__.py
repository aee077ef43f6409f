"""What is measured, against what: ours and a reference side by side in one run. A ratio is a result, a bare time is not."""
