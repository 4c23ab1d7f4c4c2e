"""A screen each: it lays out widgets and connects them. No page knows another."""
