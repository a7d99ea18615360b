import { describe, expect, it } from '@jest/globals';
import { HANDLING } from './failure-handling.js';
import { ANSWER_FAILURES } from './providers.errors.js';

const YES = [
  'provider_rate_limited',
  'provider_overloaded',
  'provider_timeout',
  'provider_unreachable',
  'provider_protocol',
];
const FINAL = ['provider_bad_request', 'content_filtered', 'context_too_long', 'answer_too_long'];

describe('what may be done about a failure', () => {
  it('is said of every failure that there is', () => {
    expect(Object.keys(HANDLING).sort()).toEqual(ANSWER_FAILURES.map(({ code }) => code).sort());
  });

  it.each(ANSWER_FAILURES)(
    '$code: asking later helps where it is called unavailable, and nowhere else',
    ({ code, kind }) => {
      const isPassing = code === 'provider_unavailable' || HANDLING[code]?.retry === true;

      expect(kind === 'unavailable').toBe(isPassing);
    },
  );

  it.each([
    ['dependency_failed', ['provider_auth', 'provider_bad_request', 'answer_too_long']],
    [
      'invalid',
      ['content_filtered', 'context_too_long', 'provider_not_configured', 'providers.unknown_model'],
    ],
  ])('%s: %s', (kind, codes) => {
    expect(
      ANSWER_FAILURES.filter((failure) => failure.kind === kind)
        .map(({ code }) => code)
        .sort(),
    ).toEqual(codes.toSorted());
  });

  it.each(YES)('%s: try again, then ask anyone', (code) => {
    expect(HANDLING[code]).toMatchObject({ retry: true, failover: 'anyone', opensCircuit: true });
  });

  it.each(FINAL)('%s: nothing', (code) => {
    expect(HANDLING[code]).toMatchObject({ retry: false, failover: 'nobody', opensCircuit: false });
  });

  it('provider_auth: ask somebody with another credential, and mark this one', () => {
    expect(HANDLING['provider_auth']).toMatchObject({
      ...{ retry: false, failover: 'other_credential', marksCredential: true, opensCircuit: false },
    });
  });

  it.each(['provider_unavailable', 'provider_not_configured', 'providers.unknown_model'])(
    '%s: nobody was asked, so ask the next',
    (code) => {
      expect(HANDLING[code]).toMatchObject({ retry: false, failover: 'anyone', opensCircuit: false });
    },
  );
});
