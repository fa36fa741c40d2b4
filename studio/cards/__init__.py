"""Characters as files: cards in and out, lorebooks, chats and portraits."""
