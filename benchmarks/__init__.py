"""Speed and memory, measured side by side with what one would write by hand."""
