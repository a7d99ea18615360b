import { describe, expect, it } from '@jest/globals';
import { docx, epub, pptx, wordParagraph, xlsx } from '../../../../../test/support/files/office.js';
import { pdf } from '../../../../../test/support/files/pdf.js';
import { zip } from '../../../../../test/support/files/zip.js';
import { FileEncrypted, FileUnsupported } from '../../file.errors.js';
import { MEDIA_TYPES } from './media-types.js';
import { recogniseFile } from './recognise-file.js';

const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010802000000', 'hex');
const OLD_OFFICE = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
const PDF = pdf([['Hello']]);

describe('the type of a file', () => {
  it.each<[string, Buffer | string, string]>([
    ['guide.pdf', PDF, MEDIA_TYPES.pdf],
    ['guide.docx', docx(wordParagraph('Hello')), MEDIA_TYPES.docx],
    ['prices.xlsx', xlsx({ A: [['a']] }), MEDIA_TYPES.xlsx],
    ['talk.pptx', pptx([{ title: 'A', lines: [] }]), MEDIA_TYPES.pptx],
    ['book.epub', epub(['<p>Hello</p>']), MEDIA_TYPES.epub],
    ['page.html', '<p>A fragment</p>', MEDIA_TYPES.html],
    ['notes.md', '# Notes', MEDIA_TYPES.markdown],
    ['prices.csv', 'a,b\n1,2', MEDIA_TYPES.csv],
    ['notes', 'Plain words', MEDIA_TYPES.text],
    ['wide.txt', Buffer.from('\ufeffPlain words', 'utf16le'), MEDIA_TYPES.text],
  ])('of %s is told', async (name, content, mediaType) => {
    expect(await recogniseFile(Buffer.from(content), name)).toBe(mediaType);
  });

  it.each<[string, Buffer | string, string]>([
    ['a PDF called a text', PDF, MEDIA_TYPES.pdf],
    ['a page called a text', '<!doctype html><p>Hello</p>', MEDIA_TYPES.html],
    [
      'a PDF that is an archive, too',
      Buffer.concat([PDF, zip({ 'word/document.xml': 'x' })]),
      MEDIA_TYPES.pdf,
    ],
  ])('of %s is that of its first bytes', async (_, content, mediaType) => {
    expect(await recogniseFile(Buffer.from(content), 'notes.txt')).toBe(mediaType);
  });

  it.each<[string, Buffer]>([
    ['report.pdf', PNG],
    ['notes.txt', Buffer.from('MZ\u0090\0\u0003\0\0\0\u0004\0\0\0', 'latin1')],
    ['notes.md', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['old.doc', OLD_OFFICE],
    ['archive.zip', zip({ 'a.txt': 'Hello' })],
    ['image.svg', Buffer.from('<?xml version="1.0"?><svg onload="alert(1)"/>')],
  ])('that is not read is refused, though the file is called %s', async (name, content) => {
    await expect(recogniseFile(content, name)).rejects.toThrow(FileUnsupported);
  });

  it('of a document of Office with a password is refused by what it is', async () => {
    await expect(recogniseFile(OLD_OFFICE, 'salaries.xlsx')).rejects.toThrow(FileEncrypted);
  });
});
