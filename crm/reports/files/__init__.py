"""Reports as csv, xlsx and pdf: ordered on the page or by a mailing, drawn from one ``Sheet``."""
