import type { TestMember } from './app.js';
import type { JobResponse } from './generated/api.js';
import { ended } from './journey.js';

/** Brings the insights of a bot up to date, and waits until that has ended. */
export async function runInsights(
  client: TestMember,
  botId: string,
  mode: 'update' | 'rebuild' = 'update',
  patienceMs?: number,
): Promise<JobResponse> {
  const { body } = await client.send('insights.run', { botId, body: { mode } });
  return ended(client, body.job.id, patienceMs);
}

/** Questions of four kinds, put in many ways each. */
export const KINDS: Readonly<Record<string, readonly string[]>> = {
  delivery: [
    'How long does delivery take?',
    'When will my parcel be delivered?',
    'How many days until my delivery arrives?',
    'Is delivery to Norway possible?',
    'What does delivery abroad cost?',
    'How much is express delivery?',
    'Do you deliver parcels on Saturday?',
    'Can I change the delivery address of my parcel?',
    'Where is my parcel, the delivery is late?',
    'Can a neighbour take my delivery?',
  ],
  refund: [
    'How do I get a refund?',
    'When will I get my refund?',
    'Can I return the lamp and get my money back?',
    'How long does a refund take?',
    'Is my refund on its way?',
    'Do I get a refund without the receipt?',
    'Who pays for the return and the refund?',
    'Why is my refund less than I paid?',
    'Can you refund me to another account?',
    'My refund has not come yet',
  ],
  password: [
    'I forgot my password',
    'How can I reset my password?',
    'The password reset e-mail does not come',
    'My password is not accepted',
    'How do I change my password?',
    'Can I log in without a password?',
    'What are the rules for a password?',
    'Why was my password reset?',
    'Where do I enter the new password?',
    'The link to reset the password has expired',
  ],
  opening: [
    'When does the shop open?',
    'What are your opening hours?',
    'Is the shop open on Sunday?',
    'Until when is the shop open today?',
    'Are you open on Christmas Eve?',
    'What are the opening hours in summer?',
    'Does the shop open before nine?',
    'Is the shop in Oslo open now?',
    'When does the shop close on Friday?',
    'Are opening hours other on holidays?',
  ],
};
