import { CHAT_APIS, type ChatApi } from '../ports/chat-model.port.js';

/** Which of our adapters speaks with a provider. */
export type AdapterKind = 'local' | 'openai' | 'anthropic' | 'gemini';

/** A provider, and what is particular about it. */
export interface ProviderFacts {
  /** As it stands in a bot's `model.provider`. */
  readonly id: string;
  readonly label: string;
  readonly adapter: AdapterKind;
  /** Its own address; `null` where each installation has another, which a credential must then name. */
  readonly baseUrl: string | null;
  /** Whether it refuses calls without a key. */
  readonly needsKey: boolean;
  /** Header that carries the key where it is not `authorization: Bearer`. */
  readonly keyHeader?: string;
  /** How Chat Completions call the longest answer there. */
  readonly limitName?: 'max_completion_tokens' | 'max_tokens';
  /** Its interfaces, where it has several and a workspace can choose. */
  readonly apis?: readonly ChatApi[];
  /** Whether it has no embedding models. */
  readonly onlyChats?: boolean;
  /** Whether such servers may put texts in order. */
  readonly reranks?: boolean;
  /** How a base URL looks, for people. */
  readonly baseUrlExample?: string;
}

/** Every provider. Those from Azure to Ollama speak OpenAI's Chat Completions, each with its own address and ways. */
export const PROVIDERS: readonly ProviderFacts[] = [
  { id: 'local', label: 'Built in', adapter: 'local', baseUrl: null, needsKey: false },
  {
    id: 'openai',
    label: 'OpenAI',
    adapter: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    needsKey: true,
    apis: CHAT_APIS,
    baseUrlExample: 'https://api.openai.com/v1',
  },
  {
    id: 'anthropic',
    label: 'Anthropic',
    adapter: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    needsKey: true,
    onlyChats: true,
    baseUrlExample: 'https://api.anthropic.com',
  },
  {
    id: 'gemini',
    label: 'Google Gemini',
    adapter: 'gemini',
    baseUrl: 'https://generativelanguage.googleapis.com',
    needsKey: true,
    baseUrlExample: 'https://generativelanguage.googleapis.com',
  },
  {
    id: 'azure-openai',
    label: 'Azure OpenAI',
    adapter: 'openai',
    baseUrl: null,
    needsKey: true,
    keyHeader: 'api-key',
    limitName: 'max_completion_tokens',
    apis: CHAT_APIS,
    baseUrlExample: 'https://your-resource.openai.azure.com/openai/v1',
  },
  {
    id: 'mistral',
    label: 'Mistral',
    adapter: 'openai',
    baseUrl: 'https://api.mistral.ai/v1',
    needsKey: true,
    limitName: 'max_tokens',
  },
  {
    id: 'groq',
    label: 'Groq',
    adapter: 'openai',
    baseUrl: 'https://api.groq.com/openai/v1',
    needsKey: true,
    onlyChats: true,
    limitName: 'max_completion_tokens',
  },
  {
    id: 'openrouter',
    label: 'OpenRouter',
    adapter: 'openai',
    baseUrl: 'https://openrouter.ai/api/v1',
    needsKey: true,
    limitName: 'max_tokens',
  },
  {
    id: 'vllm',
    label: 'vLLM',
    adapter: 'openai',
    baseUrl: null,
    needsKey: false,
    limitName: 'max_tokens',
    reranks: true,
    baseUrlExample: 'http://localhost:8000/v1',
  },
  {
    id: 'ollama',
    label: 'Ollama',
    adapter: 'openai',
    baseUrl: null,
    needsKey: false,
    limitName: 'max_tokens',
    baseUrlExample: 'http://localhost:11434/v1',
  },
  {
    id: 'openai-compatible',
    label: 'Any OpenAI-compatible server',
    adapter: 'openai',
    baseUrl: null,
    needsKey: false,
    limitName: 'max_tokens',
    reranks: true,
    baseUrlExample: 'https://models.example.com/v1',
  },
];

const byId = new Map(PROVIDERS.map((facts) => [facts.id, facts]));

export function findProvider(id: string): ProviderFacts | undefined {
  return byId.get(id);
}

/** Providers that a workspace can have credentials for. */
export const CREDENTIAL_PROVIDERS: readonly string[] = PROVIDERS.map(({ id }) => id).filter(
  (id) => id !== 'local',
);

/** Providers that texts can be embedded by. */
export const EMBEDDING_PROVIDERS: readonly string[] = PROVIDERS.filter(({ onlyChats }) => !onlyChats).map(
  ({ id }) => id,
);

/** Providers whose servers may put texts in order. */
export const RERANK_PROVIDERS: readonly string[] = PROVIDERS.filter(({ reranks }) => reranks).map(
  ({ id }) => id,
);
