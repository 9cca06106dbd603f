"""What is asked of somebody who makes a campaign or a template."""
