const HEADING_LENGTH = { min: 3, max: 80 };

/** Two questions that the pages should answer, made from the title of the first and a heading or a word of it. */
export async function questionsAbout(api, datasourceId) {
  const { data: documents } = await api.get(`/v1/datasources/${datasourceId}/documents?limit=1`);
  const [document] = documents;
  const { data: chunks } = await api.get(
    `/v1/datasources/${datasourceId}/documents/${document.id}/chunks?limit=50`,
  );
  const title = subjectOf(document.title);
  const isEnglish = !document.language || document.language.startsWith('en');
  return [isEnglish ? `What is ${title}?` : `${title}?`, secondQuestion(title, chunks, isEnglish)];
}

/** A page's title without the name of its site: `Bicycle - Wikipedia`, `Prices | Harbour Cycles`. */
function subjectOf(title) {
  const [subject] = title.split(/\s+[|–—·•:-]\s+/);
  return (subject || title).trim().replace(/[?!.:]+$/, '');
}

function secondQuestion(title, chunks, isEnglish) {
  const topic = headingOtherThan(title, chunks) ?? wordOtherThan(title, chunks) ?? title;
  if (topic.endsWith('?')) return topic;
  return isEnglish ? `What does it say about ${topic}?` : `${topic}?`;
}

function headingOtherThan(title, chunks) {
  const headings = chunks.flatMap(({ headingPath }) => headingPath).map((heading) => heading.trim());
  return headings.find(
    (heading) =>
      heading.length >= HEADING_LENGTH.min &&
      heading.length <= HEADING_LENGTH.max &&
      !title.toLowerCase().includes(heading.toLowerCase()) &&
      !heading.toLowerCase().includes(title.toLowerCase()),
  );
}

/** The long word that the page uses most. */
function wordOtherThan(title, chunks) {
  const words = chunks.flatMap(({ text }) => text.replaceAll(/\]\([^)]*\)/g, ' ').match(/\p{L}{7,}/gu) ?? []);
  const counts = new Map();
  for (const word of words.map((one) => one.toLowerCase())) {
    if (!title.toLowerCase().includes(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}
