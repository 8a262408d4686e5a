"""Pages of papers to download: for anybody, what a paper is and the form in front of it; for us, the list of papers."""
