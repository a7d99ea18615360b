import { ChoiceField, TextField } from '#common/validation';
import { HOOK_MODES, type HookDraft, type HookMode } from '../hooks/hook.types.js';

export class CreateHookDto implements HookDraft {
  @TextField({ max: 120, example: 'Web shop' })
  readonly name!: string;

  @ChoiceField(HOOK_MODES, {
    name: 'HookMode',
    example: 'append',
    description: 'What becomes of the records that come.',
  })
  readonly mode!: HookMode;

  @TextField({ optional: true, max: 63, description: 'For `upsert`: a unique field.' })
  readonly key?: string;
}
