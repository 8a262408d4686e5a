"""What every page shares: layout, styles, template tags, who may enter, error pages, spreadsheets."""
