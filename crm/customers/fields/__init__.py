"""Fields that the centre defines: ``values`` says what a value is and how it is kept, ``writing`` puts values onto a
customer, ``filtering`` finds customers by them, ``files`` keeps files, ``defining`` is for who defines them."""
