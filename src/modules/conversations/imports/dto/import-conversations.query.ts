import { ChoiceField, IdField, TextField } from '#common/validation';
import {
  CONVERSATION_FORMATS,
  type ConversationFormat,
  type ConversationImportDraft,
} from '../conversation-import.types.js';

export class ImportConversationsQuery implements ConversationImportDraft {
  @IdField({ description: 'The bot whose conversations they become.' })
  readonly botId!: string;

  @ChoiceField(CONVERSATION_FORMATS, {
    name: 'ConversationFormat',
    example: 'colloquy',
    description:
      '`colloquy`: an export of conversations as JSONL. `openai`: a line of `{"messages": [{"role", "content"}]}` for each conversation, with `created_at` and `user` where they are known. `csv`: a row for each message, those of a conversation one after the other. Each may be gzipped.',
  })
  readonly format!: ConversationFormat;

  @TextField({
    optional: true,
    max: 200,
    description:
      'Of a CSV: names the conversation. Found by its usual names where it is left out, as are the others.',
  })
  readonly conversationColumn?: string;

  @TextField({ optional: true, max: 200, description: 'Of a CSV: who speaks, as `user` or `assistant`.' })
  readonly roleColumn?: string;

  @TextField({ optional: true, max: 200, description: 'Of a CSV: what is said.' })
  readonly contentColumn?: string;

  @TextField({ optional: true, max: 200, description: 'Of a CSV: when; ISO 8601 or seconds since 1970.' })
  readonly timeColumn?: string;

  @TextField({ optional: true, max: 200, description: 'Of a CSV: the `externalUserId`.' })
  readonly userColumn?: string;

  @ChoiceField([',', ';', '|', '\t'], {
    optional: true,
    description: 'Of a CSV; a comma where it is left out.',
  })
  readonly delimiter?: string;
}
