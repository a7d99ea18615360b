import { describe, expect, it } from '@jest/globals';
import { attachmentOf, safeFileName } from './file-name.js';

describe('safeFileName', () => {
  it.each([
    ['prices.pdf', 'prices.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\system.ini', 'system.ini'],
    ['/absolute/path.txt', 'path.txt'],
    ['nul\0in\u0007side.txt', 'nulinside.txt'],
    ['line\r\nSet-Cookie: a=b.txt', 'lineSet-Cookie a=b.txt'],
    ['exe\u202Efdp.txt', 'exefdp.txt'],
    ['the %22best%22%0D%0A.txt', 'the best.txt'],
    ['.htaccess', 'htaccess'],
    ['..', 'file'],
    ['', 'file'],
    ['half \ud800 pair.md', 'half \ufffd pair.md'],
    ['Preise für „Alles“ 価格.xlsx', 'Preise für „Alles“ 価格.xlsx'],
  ])('makes %j to %j', (sent, name) => {
    expect(safeFileName(sent)).toBe(name);
  });

  it('shortens a name of a megabyte and keeps its extension', () => {
    const name = safeFileName(`${'a'.repeat(1_000_000)}.docx`);

    expect(name).toHaveLength(200);
    expect(name).toMatch(/a\.docx$/);
  });
});

describe('attachmentOf', () => {
  it('gives the name in ASCII and in full', () => {
    expect(attachmentOf("Größe (1)'s.pdf")).toBe(
      `attachment; filename="Gr__e (1)'s.pdf"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%281%29%27s.pdf`,
    );
  });

  it('lets no quote, line break or percent sign out of the header', () => {
    expect(attachmentOf('a"b\r\nc%d\\e')).toMatch(
      /^attachment; filename="a_b__c_d_e"; filename\*=UTF-8''[\w%.]+$/,
    );
  });
});
