import { describe, expect, it } from '@jest/globals';
import { html, NOTHING } from './html.js';

describe('html', () => {
  it('shows texts as texts, in bodies and in attributes', () => {
    const hostile = `"><script>alert('1')</script>&`;

    expect(html`<p title="${hostile}">${hostile}</p>`.text).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;">' +
        '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</p>',
    );
  });

  it('takes markup as it is', () => {
    const words = ['a', '<b>'].map((text) => html`<i>${text}</i>`);

    expect(html`<b>${words}</b>`.text).toBe('<b><i>a</i><i>&lt;b&gt;</i></b>');
    expect(html`${NOTHING}`.text).toBe('');
  });
});
