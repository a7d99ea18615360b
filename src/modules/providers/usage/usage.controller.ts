import { Controller, Get, Query } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { Answers, Does, Topic } from '#common/http';
import { Clock } from '#common/time';
import { UsageQuery } from './dto/usage.query.js';
import { UsageResponse } from './dto/usage.response.js';
import { UsageService } from './usage.service.js';

@Controller('v1/usage')
@Topic('What models were asked, and what it cost.')
export class UsageController {
  constructor(
    private readonly usage: UsageService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Does(
    'Sums up the calls of models, of those that answer and of those that embed, by day, hour, kind, bot, data source, model, provider, user or key.',
  )
  @Can('read', 'Usage')
  @Answers(200, UsageResponse)
  async report(@CurrentActor() actor: Actor, @Query() query: UsageQuery): Promise<UsageResponse> {
    const { groupBy, limit, after } = query;
    const filter = query.toFilter(this.clock.now());
    return UsageResponse.from(await this.usage.report(actor, filter, groupBy, { limit, after }));
  }
}
