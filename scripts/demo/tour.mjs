import { randomBytes } from 'node:crypto';
import { DemoFailure } from './failure.mjs';
import { shown } from './terminal.mjs';

const FINISHED = ['succeeded', 'failed', 'cancelled'];
const DOING = {
  queued: 'waiting',
  fetching: 'fetching the page',
  reading: 'finding its text',
  embedding: 'embedding its passages',
  storing: 'storing them',
};
const ADVICE = {
  'outbound.address_refused':
    'Colloquy reads pages of private networks only when the setting OUTBOUND_ALLOW of the server lists their host:port.',
  'outbound.unreachable': 'Is the address right, and is this computer online?',
  'outbound.timeout': 'The server of the page may be slow; try again, or another page.',
  'datasources.page_empty': 'Pages like this need another address, for example one for printing.',
  provider_not_configured: 'Set OPENAI_API_KEY or OPENAI_BASE_URL for the server, see README.md.',
};

/** What a new user does, step by step, each told at the terminal. */
export class Tour {
  #api;
  #terminal;

  constructor(api, terminal) {
    this.#api = api;
    this.#terminal = terminal;
  }

  /** Makes an account with a workspace of its own and signs in. */
  async register() {
    const account = {
      email: `demo-${randomBytes(4).toString('hex')}@example.com`,
      password: randomBytes(12).toString('base64url'),
    };
    const signedIn = await this.#api.post('/v1/auth/register', { ...account, workspaceName: 'Demo' });
    this.#api.token = signedIn.accessToken;
    this.#step(`Workspace "Demo" of ${account.email}`);
    return account;
  }

  /** Adds a page and shows how it is read. @throws DemoFailure saying why it cannot be. */
  async addPage(url) {
    const source = await this.#api.post('/v1/datasources', { type: 'url', url }).catch((error) => {
      throw withAdvice(error, `${shown(url)} cannot be added: ${shown(error.message)}`);
    });
    const job = await this.#follow(source.job.id, url);
    if (job.state !== 'succeeded') {
      const reason = job.error?.message ?? `The job was ${job.state}.`;
      throw withAdvice(job.error ?? {}, `${shown(url)} could not be read: ${shown(reason)}`);
    }
    const { chunkCount } = await this.#api.get(`/v1/datasources/${source.id}`);
    const size = `${chunkCount} ${chunkCount === 1 ? 'passage' : 'passages'}`;
    this.#step(`Page ${shown(url)} ${this.#terminal.dim(`(${size}, ${secondsOf(job)} s)`)}`);
    return source;
  }

  async makeBot(sources, model) {
    const bot = await this.#api
      .post('/v1/bots', { name: 'Demo bot', ...(model ? { model } : {}) })
      .catch((error) => {
        throw withAdvice(error, shown(error.message));
      });
    for (const { id } of sources) await this.#api.put(`/v1/bots/${bot.id}/datasources/${id}`);
    const attached = `${sources.length} ${sources.length === 1 ? 'page' : 'pages'} attached`;
    this.#step(`Bot "${bot.name}" on ${bot.model.provider}/${bot.model.name}, ${attached}`);
    return bot;
  }

  async openConversation(bot) {
    return this.#api.post(`/v1/bots/${bot.id}/conversations`, {});
  }

  /** Asks, and shows the answer word by word with its sources. @throws DemoFailure when there is none. */
  async ask(conversation, question) {
    this.#terminal.line();
    this.#terminal.line(`${this.#terminal.bold('You')}  ${shown(question)}`);
    this.#terminal.line(this.#terminal.bold('Bot'));
    const answer = await this.#showAnswer(conversation, question);
    this.#showCitations(answer.citations);
    return answer;
  }

  async #follow(jobId, url) {
    for await (const { data: job } of this.#api.events(`/v1/jobs/${jobId}/events`)) {
      if (!FINISHED.includes(job.state)) this.#showProgress(job, url);
    }
    const job = await this.#api.get(`/v1/jobs/${jobId}`);
    return FINISHED.includes(job.state) ? job : this.#follow(jobId, url);
  }

  #showProgress({ progress, stage, attempt, maxAttempts, error }, url) {
    const doing = DOING[stage ?? 'queued'] ?? stage;
    const again = error ? `, try ${attempt} of ${maxAttempts}: ${shown(error.message)}` : '';
    const percent = `${Math.round(progress * 100)}`.padStart(3);
    this.#terminal.status(`  … ${percent} %  ${shown(url)}  ${doing}${again}`);
  }

  async #showAnswer(conversation, question) {
    const writer = this.#terminal.writer('     ');
    for await (const { event, data } of this.#api.events(`/v1/conversations/${conversation.id}/messages`, {
      content: question,
    })) {
      if (event === 'message.delta') writer.write(shown(data.text));
      if (event === 'error') {
        writer.end();
        throw withAdvice(data, `There is no answer: ${shown(data.message)}`);
      }
      if (event === 'message.completed') {
        writer.end();
        return data.message;
      }
    }
    throw new DemoFailure('The answer broke off.');
  }

  #showCitations(citations) {
    for (const { index, title, url, quote } of citations) {
      const source = [title, url].filter(Boolean).map(shown).join('  ');
      this.#terminal.line();
      this.#terminal.line(this.#terminal.dim(`     [${index}] ${source}`));
      this.#terminal.paragraph(`“${shown(quote).replaceAll(/\s+/g, ' ')}”`, '         ');
    }
  }

  #step(text) {
    this.#terminal.line(`  ${this.#terminal.good('✓')} ${text}`);
  }
}

function secondsOf({ createdAt, finishedAt }) {
  return ((Date.parse(finishedAt) - Date.parse(createdAt)) / 1_000).toFixed(1);
}

function withAdvice({ code, advice }, message) {
  return new DemoFailure(message, ADVICE[code] ?? advice);
}
