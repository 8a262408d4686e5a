"""What a person may ask of whoever keeps data about them: a copy, an erasure; and how long things are kept at all."""
