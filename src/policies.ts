import type { Policy } from '#common/access';
import { jobsPolicy } from '#common/jobs';
import { authPolicy } from '#modules/auth';
import { botsPolicy } from '#modules/bots';
import { conversationsPolicy } from '#modules/conversations';
import { datasourcesPolicy } from '#modules/datasources';
import { exportPolicy } from '#modules/export';
import { insightsPolicy } from '#modules/insights';
import { providersPolicy } from '#modules/providers';
import { tablesPolicy } from '#modules/tables';

/** What every module lets an actor do. A module without a policy is closed to everybody. */
export const policies: readonly Policy[] = [
  authPolicy,
  botsPolicy,
  conversationsPolicy,
  datasourcesPolicy,
  exportPolicy,
  insightsPolicy,
  jobsPolicy,
  providersPolicy,
  tablesPolicy,
];
