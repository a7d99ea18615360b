import { Controller, Get, Param, Post, Res } from '@nestjs/common';
import { ApiParam, ApiResponse } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '#common/access';
import { NotFound } from '#common/errors';
import { Does, Fails, LimitedByAddress, Topic } from '#common/http';
import { SubscriptionsService } from './subscriptions/subscriptions.service.js';
import { endedPage, UNSUBSCRIBE_POLICY, unsubscribePage } from './subscriptions/unsubscribe-page.js';

const PAGE = { 'text/html': { schema: { type: 'string' } } } as const;
const TOKEN = {
  name: 'token',
  description: 'As the link in a letter has it.',
  schema: { type: 'string' },
} as const;

@Controller('unsubscribe')
@Topic('The page behind the links that end letters.')
export class UnsubscribeController {
  constructor(private readonly subscriptions: SubscriptionsService) {}

  @Get(':token')
  @Does('Asks whether letters are to end. Programs that look at links end nothing by it.')
  @Public()
  @ApiParam(TOKEN)
  @ApiResponse({ status: 200, description: 'A page.', content: PAGE })
  @Fails(NotFound)
  @LimitedByAddress()
  async show(@Param('token') token: string, @Res() response: Response): Promise<void> {
    const botName = await this.subscriptions.named(token);
    send(response, botName === null ? endedPage() : unsubscribePage(botName));
  }

  @Post(':token')
  @Does(
    'Ends letters, as often as it is asked to.',
    'From the page, or from a mail program (RFC 8058). What the body says does not matter.',
  )
  @Public()
  @ApiParam(TOKEN)
  @ApiResponse({ status: 200, description: 'A page.', content: PAGE })
  @Fails(NotFound)
  @LimitedByAddress()
  async end(@Param('token') token: string, @Res() response: Response): Promise<void> {
    await this.subscriptions.end(token);
    send(response, endedPage());
  }
}

function send(response: Response, page: string): void {
  response
    .status(200)
    .setHeader('Content-Security-Policy', UNSUBSCRIBE_POLICY)
    .setHeader('X-Robots-Tag', 'noindex')
    .type('html')
    .send(page);
}
