// `npm run demo -- <url>`: what a new user does, from sign-up to an answer with citations. See `--help`.
import { Api } from './demo/api.mjs';
import { DemoFailure } from './demo/failure.mjs';
import { readOptions, USAGE } from './demo/options.mjs';
import { questionsAbout } from './demo/questions.mjs';
import { SAMPLE_QUESTIONS, serveSampleSite } from './demo/sample-site.mjs';
import { DEFAULT_ADDRESS, isColloquy, startOwnServer } from './demo/server.mjs';
import { Terminal } from './demo/terminal.mjs';
import { Tour } from './demo/tour.mjs';

const terminal = new Terminal();
const cleanups = [];
let isInterrupted = false;

async function demo() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return terminal.line(USAGE);
  const urls = options.urls.length > 0 ? options.urls : await sampleSite();
  const server = await chooseServer(urls);
  const api = new Api(server.address);
  const tour = new Tour(api, terminal);

  terminal.line();
  const account = await tour.register();
  const sources = [];
  for (const url of urls) sources.push(await tour.addPage(url));
  const bot = await tour.makeBot(sources, options.model);
  const conversation = await tour.openConversation(bot);
  for (const question of await questionsOf(options, api, sources)) await tour.ask(conversation, question);

  tellWhereToRead(server, account, conversation, api.token);
  if (server.stop && terminal.isInteractive) await untilEnter(server);
}

async function sampleSite() {
  const site = await serveSampleSite();
  cleanups.push(site.close);
  terminal.line('No address was given, so the demo reads the sample site in examples/site.');
  return site.urls;
}

async function questionsOf({ questions, urls }, api, [source]) {
  if (questions.length > 0) return questions;
  return urls.length === 0 ? SAMPLE_QUESTIONS : questionsAbout(api, source.id);
}

/** The server that was named, one that runs, or one of the demo's own. */
async function chooseServer(urls) {
  const named = process.env.COLLOQUY_URL?.replace(/\/+$/, '');
  if (named) return namedServer(named);
  const local = urls.filter(isOnThisComputer);
  const isRunning = await isColloquy(DEFAULT_ADDRESS);
  if (isRunning && local.length === 0) return runningServer(DEFAULT_ADDRESS);
  return ownServer(local, isRunning);
}

async function namedServer(address) {
  if (await isColloquy(address)) return runningServer(address);
  throw new DemoFailure(
    `No Colloquy server answers at ${address}.`,
    'Start it with `npm start` in another terminal, or leave COLLOQUY_URL out.',
  );
}

function runningServer(address) {
  terminal.line(`Using the Colloquy server at ${address}`);
  return { address };
}

async function ownServer(local, isRunning) {
  const why = isRunning
    ? `The server at ${DEFAULT_ADDRESS} does not read pages of this computer (OUTBOUND_ALLOW), so the demo starts one of its own ...`
    : `No server runs at ${DEFAULT_ADDRESS}, so the demo starts one of its own (the first time takes some seconds) ...`;
  terminal.line(why);
  const server = await startOwnServer(local.map(hostAndPort));
  cleanups.push(server.stop);
  terminal.line(`It runs at ${server.address} with its data in ${server.dataDir}`);
  return server;
}

function isOnThisComputer(url) {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

function hostAndPort(url) {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}

function tellWhereToRead(server, { email, password }, conversation, token) {
  const staysUp = !server.stop || terminal.isInteractive;
  const address = staysUp ? server.address : DEFAULT_ADDRESS;
  terminal.line();
  terminal.line(terminal.bold('All of it is kept. To read it again:'));
  if (!staysUp)
    terminal.line(`  DATA_DIR=${server.dataDir} npm start     (the server of the demo stops now)`);
  terminal.line(
    `  curl ${address}/v1/conversations/${conversation.id}/messages -H 'Authorization: Bearer ${token}'`,
  );
  terminal.line();
  terminal.line(`  To try the API     ${address}/docs`);
  terminal.line(`  To sign in again   ${email}, password ${password}`);
  terminal.line('                     (POST /v1/auth/login gives a new token; this one lasts 15 minutes)');
}

async function untilEnter({ dataDir }) {
  terminal.line();
  terminal.line('The server of the demo runs on. Press Enter to stop it.');
  await terminal.enterPressed();
  terminal.line(`Its data stay: \`DATA_DIR=${dataDir} npm start\` opens them again.`);
}

async function cleanUp() {
  for (const clean of cleanups.splice(0).reverse()) await clean();
}

function tellFailure(error) {
  terminal.line();
  if (!(error instanceof DemoFailure)) {
    terminal.line(terminal.bad(`The demo broke: ${error.stack}`));
    return;
  }
  terminal.line(`${terminal.bad('✗')} ${error.message}`);
  if (error.advice) terminal.line(`  ${error.advice.replaceAll('\n', '\n  ')}`);
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.once(signal, () => {
    isInterrupted = true;
    terminal.line();
    void cleanUp().then(() => process.exit(code));
  });
}

try {
  await demo();
} catch (error) {
  if (!isInterrupted) tellFailure(error);
  process.exitCode = 1;
} finally {
  await cleanUp();
}
