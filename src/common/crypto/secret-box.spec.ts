import { describe, expect, it } from '@jest/globals';
import { SecurityConfig } from '#config';
import { SecretBox } from './secret-box.js';

const boxWith = (encryptionKey: string, ...previousEncryptionKeys: string[]): SecretBox =>
  new SecretBox(Object.assign(new SecurityConfig(), { encryptionKey, previousEncryptionKeys }));

const OLD = 'the-old-key-0123456789-0123456789';
const NEW = 'the-new-key-0123456789-0123456789';

describe('SecretBox', () => {
  it('opens what it sealed, for the same context only', () => {
    const box = boxWith(OLD);
    const sealed = box.seal('sk-secret', 'credentials/1');

    expect(sealed).not.toContain('sk-secret');
    expect(box.open(sealed, 'credentials/1')).toBe('sk-secret');
    expect(() => box.open(sealed, 'credentials/2')).toThrow();
  });

  it('never seals the same text the same way', () => {
    const box = boxWith(OLD);

    expect(box.seal('sk-secret', 'x')).not.toBe(box.seal('sk-secret', 'x'));
  });

  it('refuses what was changed', () => {
    const box = boxWith(OLD);
    const sealed = box.seal('sk-secret', 'x');
    const changed = `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`;

    expect(() => box.open(changed, 'x')).toThrow();
    expect(() => box.open('v1.nonsense', 'x')).toThrow('unknown key');
  });

  it('opens with a key of before, and seals with the new one', () => {
    const sealed = boxWith(OLD).seal('sk-secret', 'x');
    const after = boxWith(NEW, OLD);

    expect(after.open(sealed, 'x')).toBe('sk-secret');
    expect(after.seal('sk-secret', 'x').split('.')[1]).toBe(after.keyId);
    expect(() => boxWith(NEW).open(sealed, 'x')).toThrow('unknown key');
  });
});
