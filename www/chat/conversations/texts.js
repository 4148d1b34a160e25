// The words of the list, in English.

export const TEXTS = {
  conversations: "Conversations",
  newConversation: "New conversation",
  noConversations: "No saved conversations yet.",
  deleteConversation: "Delete",
  renameConversation: "Rename",
  searchConversations: "Search conversations",
  nothingFound: "Nothing found.",
  conversationDeleted: "Conversation deleted.",
  undo: "Undo",
  writing: "Answering …",
  untitled: "Untitled",
};
