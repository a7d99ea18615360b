import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiParam, ApiResponse } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public } from '#common/access';
import { NotFound } from '#common/errors';
import { ByteBody, Does, Fails, LimitedByAddress, Topic } from '#common/http';
import { FORM_POLICY } from './form-page.js';
import { type FormAnswer, FormPages } from './form-pages.js';
import { FormClosed } from './forms.errors.js';

const PAGE = { 'text/html': { schema: { type: 'string' } } } as const;
const SLUG = {
  name: 'slug',
  description: 'The last part of the address.',
  schema: { type: 'string' },
} as const;

@Controller('f')
@Topic('The pages of public forms.')
export class FormPagesController {
  constructor(private readonly pages: FormPages) {}

  @Get(':slug')
  @Does('Shows a form.')
  @Public()
  @ApiParam(SLUG)
  @ApiResponse({ status: 200, description: 'A page.', content: PAGE })
  @ApiResponse({ status: 404, content: PAGE })
  @Fails(NotFound)
  async show(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    send(response, await this.pages.show(slug, 'thanks' in request.query));
  }

  @Post(':slug')
  @Does(
    'Takes an entry.',
    'From the page, or from a program as JSON with values by the keys of fields. What does not fit is told on the page, beside the fields, or as a problem.',
  )
  @Public()
  @ApiParam(SLUG)
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ required: true, schema: { type: 'object', additionalProperties: true } })
  @ApiResponse({
    status: 201,
    description: 'Taken; the answer to JSON.',
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['message'],
          properties: { message: { type: 'string', example: 'Thank you.' } },
        },
      },
    },
  })
  @ApiResponse({ status: 303, description: 'Taken; a page at `Location` says so.' })
  @ApiResponse({ status: 404, content: PAGE })
  @ApiResponse({ status: 409, content: PAGE })
  @ApiResponse({ status: 422, content: PAGE })
  @Fails(NotFound, FormClosed)
  @LimitedByAddress('form')
  async submit(
    @Param('slug') slug: string,
    @ByteBody() body: AsyncIterable<Buffer>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await this.pages.submit(slug, request.headers['content-type'] ?? '', body));
  }
}

function send(response: Response, { status, page, location, message }: FormAnswer): void {
  response.status(status);
  if (location !== undefined) response.setHeader('Location', location).end();
  else if (page === undefined) response.json({ message });
  else response.setHeader('Content-Security-Policy', FORM_POLICY).type('html').send(page);
}
