"""How requests are described, sent and answered. Nothing here is about characters or pictures of them."""
