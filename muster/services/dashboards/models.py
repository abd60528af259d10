"""What the dashboards service keeps."""
