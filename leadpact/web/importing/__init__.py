"""Files taken in: uploaded, looked at with the columns guessed, put right, and then imported."""
