/** Elements that stand on lines of their own. */
export const BLOCK_TAGS: ReadonlySet<string> = new Set(
  (
    'address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure ' +
    'footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table ' +
    'tbody td tfoot th thead tr ul'
  ).split(' '),
);

/** Elements whose content is not part of the text: pictures, and the reading aids of ruby. */
export const TEXTLESS_TAGS: ReadonlySet<string> = new Set(
  'img picture source rp rt wbr col colgroup head title'.split(' '),
);
