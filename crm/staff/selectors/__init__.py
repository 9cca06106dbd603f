"""Reading people. Each function says whom the reader may see."""
