"""What is done with a call that was answered before an agent talks: the message for those for whom none came."""
