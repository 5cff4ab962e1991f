"""Addresses of the web → bytes with their origin, politely and without being led astray."""
