import { describe, expect, it } from '@jest/globals';
import { pickQuestion } from './pick-question.js';

describe('pickQuestion', () => {
  it.each([
    'Hello there, thanks',
    'Thank you for your assistance.',
    'Thanks a bunch!',
    'Thanks for helping out.',
    "Thank you very much. You've been very helpful.",
    'No, not right now. Thanks.',
    'Not right now',
    "Thank you! I don't need anything else",
    'No that will be all.',
    'Sounds good to me.',
    'Great, I appreciate your help',
    'Vielen Dank!',
    'はい',
    '👍',
    '',
  ])('takes nothing from %j', (text) => {
    expect(pickQuestion(text, 'How much is breakfast?', 'en')).toBeNull();
  });

  it.each([
    'What is the address?',
    'Can I have it later?',
    'Not right now, when does it open?',
    'I need help with my bill',
    'What else do you have?',
    'Why does it not open?',
    'Is that all you have for two people?',
    'Yes, please buy me two tickets.',
    'My day was bad: the parcel is broken',
  ])('takes %j', (text) => {
    expect(pickQuestion(text, null, 'en')).toBe(text);
  });

  it('tells what goes on from a question before together with it', () => {
    expect(pickQuestion('And for children?', 'How much is breakfast?', 'en')).toBe(
      'How much is breakfast? And for children?',
    );
    expect(pickQuestion('How much is it?', 'Thanks!', 'en')).toBe('How much is it?');
  });
});
