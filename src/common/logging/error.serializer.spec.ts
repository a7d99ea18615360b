import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { describe, expect, it } from '@jest/globals';
import { serializeError } from './error.serializer.js';

describe('serializeError', () => {
  it('keeps nothing of the statement that the database refused', () => {
    const driver = Object.assign(
      new Error(`insert into users values ('ada@example.com', '$argon2id$secret') - duplicate`),
      {
        code: '23505',
        constraint: 'users_email_unique',
        severity: 'ERROR',
        detail: 'Key (email)=(ada@example.com) already exists.',
      },
    );

    const logged = [serializeError(driver), serializeError(new UniqueConstraintViolationException(driver))];

    expect(JSON.stringify(logged)).not.toMatch(/ada@|argon2/);
    expect(logged[0]).toMatchObject({ code: '23505', message: 'The database refused: users_email_unique' });
  });

  it('keeps message, place and cause of other failures', () => {
    const logged = serializeError(new Error('It broke', { cause: new TypeError('because') }));

    expect(logged).toMatchObject({
      type: 'Error',
      message: 'It broke',
      cause: { type: 'TypeError', message: 'because' },
    });
    expect(logged.stack).toContain('error.serializer.spec');
  });

  it('says so when no error was thrown', () => {
    expect(serializeError('text')).toEqual({
      type: 'string',
      message: 'Something that is no error was thrown.',
    });
  });
});
