import { IsIn, IsOptional, IsString, IsUrl } from 'class-validator';
import { Setting } from './setting.decorator.js';

const httpUrl = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };
const notAUrl = { message: 'must be an http or https URL' };

/** Keys and addresses of model providers for the whole installation. */
export class ProvidersConfig {
  /** Key for OpenAI or a compatible server. */
  @Setting('OPENAI_API_KEY', 'text', { secret: true })
  @IsOptional()
  @IsString()
  openAiApiKey?: string;

  /** Base URL of an OpenAI-compatible server, with its path (`https://host/v1`). */
  @Setting('OPENAI_BASE_URL')
  @IsOptional()
  @IsUrl(httpUrl, notAUrl)
  openAiBaseUrl?: string;

  /** Key for Anthropic. */
  @Setting('ANTHROPIC_API_KEY', 'text', { secret: true })
  @IsOptional()
  @IsString()
  anthropicApiKey?: string;

  /** Base URL in place of Anthropic's own. */
  @Setting('ANTHROPIC_BASE_URL')
  @IsOptional()
  @IsUrl(httpUrl, notAUrl)
  anthropicBaseUrl?: string;

  /** Key for Google Gemini. */
  @Setting('GEMINI_API_KEY', 'text', { secret: true })
  @IsOptional()
  @IsString()
  geminiApiKey?: string;

  /** Base URL in place of Gemini's own. */
  @Setting('GEMINI_BASE_URL')
  @IsOptional()
  @IsUrl(httpUrl, notAUrl)
  geminiBaseUrl?: string;

  /** Which model embeds texts where a workspace has not chosen: `local` runs inside the process, `openai` and `gemini` call the providers above. */
  @Setting('EMBEDDINGS')
  @IsIn(['local', 'openai', 'gemini'], { message: 'must be local, openai or gemini' })
  embeddings = 'local';
}
