const HEADING_LENGTH = { min: 3, max: 80 };
/** A title with more words is a headline, and not the name of something. */
const MOST_WORDS_OF_A_NAME = 5;

/** Two questions that a page should answer: one made from its title, one from a heading or a name in it. */
export async function questionsAbout(api, datasourceId) {
  const documents = `/v1/datasources/${datasourceId}/documents`;
  const [{ id, title, language }] = (await api.get(`${documents}?limit=1`)).data;
  const { data: chunks } = await api.get(`${documents}/${id}/chunks?limit=50`);
  const subject = withoutSiteName(title);
  const topic = headingOtherThan(subject, chunks) ?? nameOtherThan(subject, chunks) ?? subject;
  const isEnglish = !language || language.startsWith('en');
  return isEnglish ? [aboutTitle(subject), aboutTopic(topic)] : [asQuestion(subject), asQuestion(topic)];
}

/** `Bicycle - Wikipedia`, `Prices | Harbour Cycles`. */
function withoutSiteName(title) {
  const [subject] = title.split(/\s+[|–—·•-]\s+/);
  return subject.trim() || title;
}

function aboutTitle(title) {
  if (title.endsWith('?')) return title;
  const isName = title.split(/\s+/).length <= MOST_WORDS_OF_A_NAME;
  return isName ? `What is ${title}?` : `What is “${title}” about?`;
}

function aboutTopic(topic) {
  return topic.endsWith('?') ? topic : `What about ${topic}?`;
}

function asQuestion(text) {
  return text.replace(/[?.!:]*$/, '?');
}

/** Headings of several words say more about what comes below them. */
function headingOtherThan(title, chunks) {
  const headings = chunks
    .flatMap(({ headingPath }) => headingPath)
    .map((heading) => heading.trim())
    .filter(({ length }) => length >= HEADING_LENGTH.min && length <= HEADING_LENGTH.max)
    .filter((heading) => !isPartOf(heading, title) && !isPartOf(title, heading));
  return headings.find((heading) => heading.includes(' ')) ?? headings[0];
}

/** What the text names most often in the middle of a sentence, else its most frequent long word. */
function nameOtherThan(title, chunks) {
  const text = chunks.map((chunk) => chunk.text.replaceAll(/\]\([^)]*\)/g, ' ')).join('\n');
  const names = text.match(/(?<=\p{Ll},? )\p{Lu}\p{L}{3,}(?: \p{Lu}\p{L}+)*/gu) ?? [];
  const longWords = text.match(/\p{L}{7,}/gu) ?? [];
  return [names, longWords]
    .map((words) => mostFrequent(words.filter((word) => !isPartOf(word, title))))
    .find(Boolean);
}

function mostFrequent(words) {
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

function isPartOf(part, whole) {
  return whole.toLowerCase().includes(part.toLowerCase());
}
