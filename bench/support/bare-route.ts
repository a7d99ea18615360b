// The floor of `bench:turn`: a NestJS application whose only route hands the question to the provider by the vendor's
// SDK and the answer back, and keeps nothing. node dist/bench/support/bare-route.js BASE_URL. Says its port on stdout.
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Body, Controller, Headers, Module, Post, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Response } from 'express';
import { OpenAI } from 'openai';

const openai = new OpenAI({ apiKey: 'bench', baseURL: process.argv[2], maxRetries: 0 });

@Controller()
class BareController {
  @Post('ask')
  async ask(
    @Body() { content }: { content: string },
    @Headers('accept') accept: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const body = { model: 'bench', messages: [{ role: 'user' as const, content }] };
    if (accept === 'text/event-stream') {
      response.setHeader('content-type', 'text/event-stream');
      for await (const chunk of await openai.chat.completions.create({ ...body, stream: true })) {
        const text = chunk.choices[0]?.delta.content;
        if (text) response.write(`event: message.delta\ndata: ${JSON.stringify({ text })}\n\n`);
      }
      response.end();
    } else {
      const completion = await openai.chat.completions.create(body);
      response.json({ answer: completion.choices[0]?.message.content });
    }
  }
}

@Module({ controllers: [BareController] })
class BareModule {}

const app = await NestFactory.create<NestExpressApplication>(BareModule, { logger: false });
await app.listen(0, '127.0.0.1');
process.stdout.write(`port ${(app.getHttpServer().address() as AddressInfo).port}\n`);
