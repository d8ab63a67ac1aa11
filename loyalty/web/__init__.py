"""HTTP and sockets, thin: authenticate, decode, hand to the line, answer."""
