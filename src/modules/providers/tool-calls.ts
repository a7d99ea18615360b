import { Ajv, type ValidateFunction } from 'ajv';
import type { JsonSchema, ToolCall, ToolDeclaration } from './ports/chat-model.port.js';
import { ProviderProtocolBroken } from './providers.errors.js';

/** More in one answer is a model that has lost its way. */
const MAX_CALLS = 64;
const MAX_ARGUMENT_CHARACTERS = 200_000;
const MAX_NAME_CHARACTERS = 200;

/** A part of a tool call as it comes in a stream. */
export interface ToolCallPart {
  /** Which of the calls of this answer it belongs to. */
  readonly index: number;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** The next piece of the arguments' JSON. */
  readonly json?: string | undefined;
  readonly signature?: string | undefined;
}

interface Draft {
  id: string;
  name: string;
  json: string;
  signature?: string;
}

/** Puts the tool calls of one answer together from their parts, and checks each against what was declared. */
export class ToolCallAssembler {
  readonly #drafts = new Map<number, Draft>();

  constructor(private readonly tools: readonly ToolDeclaration[] = []) {}

  /** @throws ProviderProtocolBroken when there are too many calls, or endless arguments. */
  add({ index, id, name, json, signature }: ToolCallPart): void {
    const draft = this.#drafts.get(index) ?? { id: '', name: '', json: '' };
    this.#drafts.set(index, draft);
    if (id) draft.id = storable(id).slice(0, MAX_NAME_CHARACTERS);
    if (name) draft.name = storable(name).slice(0, MAX_NAME_CHARACTERS);
    if (signature) draft.signature = signature;
    draft.json += json ?? '';
    if (this.#drafts.size > MAX_CALLS || draft.json.length > MAX_ARGUMENT_CHARACTERS)
      throw new ProviderProtocolBroken();
  }

  get isEmpty(): boolean {
    return this.#drafts.size === 0;
  }

  /** The calls in order. Those that cannot be carried out say why. */
  calls(): ToolCall[] {
    return [...this.#drafts]
      .sort(([a], [b]) => a - b)
      .map(([index, { id, name, json, signature }]) => ({
        id: id || `call_${index}`,
        name,
        ...checkedArguments(this.tools, name, json),
        ...(signature === undefined ? {} : { signature }),
      }));
  }
}

function checkedArguments(
  tools: readonly ToolDeclaration[],
  name: string,
  json: string,
): Pick<ToolCall, 'arguments' | 'problem'> {
  const tool = tools.find((declared) => declared.name === name);
  const parsed = parsedObject(json);
  if (!tool) return { arguments: parsed ?? {}, problem: `There is no tool named "${name.slice(0, 64)}".` };
  if (!parsed) return { arguments: {}, problem: 'The arguments are not a JSON object.' };
  const problem = problemWith(tool.parameters, parsed);
  return { arguments: parsed, ...(problem === null ? {} : { problem }) };
}

/** No arguments at all stand for none. */
function parsedObject(json: string): Record<string, unknown> | null {
  if (json.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(json, (_, item: unknown) =>
      typeof item === 'string' ? storable(item) : item,
    );
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** What takes longer by the square of the arguments, or worse, is left to the tool: schemas come from outside, too. */
const COSTLY = ['pattern', 'patternProperties', 'uniqueItems'];
const UNUSABLE = 'The tool cannot be used: what it takes is not described in a way that can be checked.';
const validators = new WeakMap<JsonSchema, ValidateFunction>();

/** What is wrong with arguments; `null` when they fit. */
function problemWith(schema: JsonSchema, value: Record<string, unknown>): string | null {
  try {
    const validate = validators.get(schema) ?? compiled(schema);
    validators.set(schema, validate);
    if (validate(value)) return null;
    return `The arguments do not fit: ${complaints.errorsText(validate.errors, { dataVar: 'arguments' }).slice(0, 500)}.`;
  } catch {
    // No schema, or one that refers to what is not in it; or arguments that are nested too deeply to be looked through.
    return UNUSABLE;
  }
}

const complaints = new Ajv({ logger: false });

/** By a compiler of its own: one for all would keep every schema that it has met. */
function compiled(schema: JsonSchema): ValidateFunction {
  const ajv = new Ajv({
    ...{ strict: false, validateFormats: false, validateSchema: false, meta: false, logger: false },
  });
  COSTLY.forEach((keyword) => ajv.removeKeyword(keyword));
  return ajv.compile(schema);
}

/** Without what no database takes: NUL, and halves of characters. */
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
