import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SecurityConfig } from '#config';
import { EXPORT_RESOURCES, type ExportResource } from './export.types.js';

/** How far an export went: what had been committed when it was asked for. */
export interface Watermark {
  readonly workspaceId: string;
  readonly resource: ExportResource;
  readonly snapshot: string;
}

const SNAPSHOT = /^\d{1,20}:\d{1,20}:[\d,]*$/;

/** Writes watermarks as texts that callers keep and give back; a text that we did not write is none. */
@Injectable()
export class Watermarks {
  readonly #key: Buffer;

  constructor({ jwtSecret }: SecurityConfig) {
    this.#key = Buffer.from(hkdfSync('sha256', jwtSecret, '', 'colloquy/export-watermarks', 32));
  }

  write({ workspaceId, resource, snapshot }: Watermark): string {
    const content = Buffer.from(JSON.stringify([resource, snapshot])).toString('base64url');
    return `${content}.${this.#sign(workspaceId, content).toString('base64url')}`;
  }

  /** Null when the text is no watermark of this workspace. */
  read(workspaceId: string, text: string): Watermark | null {
    const [content, signature, ...more] = text.split('.');
    if (content === undefined || signature === undefined || more.length > 0) return null;
    const given = Buffer.from(signature, 'base64url');
    const right = this.#sign(workspaceId, content);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
    const [resource, snapshot] = JSON.parse(Buffer.from(content, 'base64url').toString('utf8')) as [
      ExportResource,
      string,
    ];
    if (!EXPORT_RESOURCES.includes(resource) || !SNAPSHOT.test(snapshot)) return null;
    return { workspaceId, resource, snapshot };
  }

  #sign(workspaceId: string, content: string): Buffer {
    return createHmac('sha256', this.#key).update(`${workspaceId}.${content}`).digest();
  }
}
