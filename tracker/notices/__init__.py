"""How a decided notice reaches its reader: wording, message, channel, delivery."""
