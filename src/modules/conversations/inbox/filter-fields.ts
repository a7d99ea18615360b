import type { Channel, ConversationFilter, ConversationStatus, Rating } from '../conversations.types.js';

/** A filter as callers write it, in query strings and in bodies. */
export interface FilterFields {
  readonly q?: string;
  readonly from?: string;
  readonly to?: string;
  readonly botId?: string;
  readonly channel?: Channel;
  readonly externalUserId?: string;
  readonly rating?: Rating;
  readonly tag?: string;
  readonly status?: ConversationStatus;
  readonly answered?: boolean;
  readonly model?: string;
  readonly datasourceId?: string;
  readonly topicId?: string;
  readonly hasError?: boolean;
  readonly minMessages?: number;
  readonly costAbove?: number;
  readonly unread?: boolean;
  /** `me`, `nobody`, or the id of a member. */
  readonly assignedTo?: string;
  readonly handedOver?: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Who asks: for `unread`, and for `me`. */
export interface Asker {
  readonly userId: string;
}

/** What the fields mean to whoever asks. */
export function filterOf(fields: FilterFields, asker: Asker): ConversationFilter {
  const { botId, q, from, to, channel, externalUserId, rating, tag, status, answered, model } = fields;
  const {
    datasourceId,
    topicId,
    hasError,
    minMessages,
    costAbove,
    unread,
    assignedTo,
    handedOver,
    metadata,
  } = fields;
  const filter = {
    ...{ botId, q, channel, externalUserId, rating, tag, status, answered, model },
    ...{ datasourceId, topicId, hasError, minMessages, costAbove, handedOver, metadata },
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
    unread: unread === undefined ? undefined : { by: asker.userId, is: unread },
    assigneeId: assignedTo === undefined ? undefined : memberOf(assignedTo, asker),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** Whether somebody is named, rather than whoever asks or nobody. */
export function isMemberId(assignedTo: string | undefined): assignedTo is string {
  return assignedTo !== undefined && assignedTo !== 'me' && assignedTo !== 'nobody';
}

function memberOf(assignedTo: string, { userId }: Asker): string | null {
  if (assignedTo === 'me') return userId;
  return assignedTo === 'nobody' ? null : assignedTo;
}
