"""Commands: parse arguments, call one function, print. The only place with exit statuses."""
