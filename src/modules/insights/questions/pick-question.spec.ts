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
    'Thanks for the information.',
    "Okay, thanks for the info. That's all I need for now.",
    "Thank you so much. You've been a big help to me today. No that's all for now. I appreciate you helping me out so much.",
    'Nothing. I am thankful for the help you provided to me.',
    "You're such a great help.",
    "Thank you. You've been helpful. That is all I needed.",
    'No, that is all I needed.',
    'Maybe later.',
    'No, not at the moment',
    "No, that'll be it.",
    'Yes, go ahead.',
    'Yes, I confirm, thanks',
    "I understand. Thank you. I'm all set.",
    'Good morning',
    'Hello, how are you?',
    'Just 2, thanks.',
    '4.',
    'はい',
    'Thank you, that really helps.',
    'That helps a lot!',
    'Perfect, that solved it.',
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
    'Thanks cancel my booking',
    'Thanks for nothing, my parcel is broken',
    'Thanks for the help but how do I pay',
    'That is not right',
    'It will not work',
    'Will that work?',
    'What is it for?',
    'I need help',
    'In Napa, thanks.',
    'How old are you?',
    'Room 12 is dirty',
    'Is it good?',
    'That never helps',
    'What helps?',
  ])('takes %j', (text) => {
    expect(pickQuestion(text, null, 'en')).toBe(text);
  });

  it('leaves the courtesies around a question', () => {
    const text = "Great, thanks! When will he receive the money? That's all I needed, thanks.";
    expect(pickQuestion(text, null, 'en')).toBe('When will he receive the money?');
  });

  it('tells what goes on from a question before together with it', () => {
    expect(pickQuestion('And for children?', 'How much is breakfast?', 'en')).toBe(
      'How much is breakfast? And for children?',
    );
    expect(pickQuestion('How much is it?', 'Thanks!', 'en')).toBe('How much is it?');
  });
});
