"""Numbers that were erased: what stands for them, and how what comes late is kept from bringing them back."""
