/**
 * Owns conversations, messages, citations and feedback, the search for them, and the turn that answers a message.
 * Does not own bots, retrieval or models: it asks them.
 * Announces `message.answered`, `message.waiting`, `message.replied`, `answer.corrected`, `conversation.changed`, `conversation.handed_over`, `conversation.handed_back`, `conversations.bulk_changed` and `visitor.erased`.
 */
export { ConversationBusy, TURN_FAILURES } from './conversations.errors.js';
export { ConversationTopics, type TopicAssignment } from './conversation-topics.js';
export { ConversationsWorkerModule } from './conversations-worker.module.js';
export { ConversationsModule } from './conversations.module.js';
export {
  answerCorrected,
  conversationChanged,
  conversationHandedBack,
  conversationHandedOver,
  conversationsBulkChanged,
  messageAnswered,
  messageReplied,
  messageWaiting,
  visitorErased,
} from './conversations.events.js';
export { conversationsPolicy } from './conversations.policy.js';
export { ConversationRows } from './rows/conversation-rows.js';
export { ConversationsService } from './conversations.service.js';
export { VisitorEraser } from './erasure/ports/visitor-eraser.port.js';
export type { ErasedTalks } from './erasure/ports/visitor-eraser.port.js';
export { VisitorErasers } from './erasure/visitor-erasers.js';
export type { MessageView, TurnEvent } from './messages.types.js';
export {
  conversationCondition,
  conversationConditions,
  type ConversationScope,
} from './conversation-conditions.js';
export type { FilterFields } from './inbox/filter-fields.js';
export { FilterReferences } from './inbox/filter-references.js';
export type { ConversationFilter, EarlierMessage, TurnOptions } from './conversations.types.js';
export type {
  CitationRecord,
  ConversationRecord,
  FeedbackRecord,
  MessageRecord,
} from './conversation-record.js';
export type { TurnRecord, TurnsMark, TurnsRead } from './turn-records.js';
export { ReadTurns } from './use-cases/read-turns.js';
