import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type ErasedTalks, VisitorEraser, VisitorErasers } from '#modules/conversations';
import { ExportsPurger } from './exports.purger.js';
import { ExportsRepository } from './exports.repository.js';

/**
 * Removes all files of the workspace when somebody is to be forgotten, those that are being written as well. Whose words a
 * file holds cannot be told without reading all of it; what is wanted still can be exported anew, without that person.
 */
@Injectable()
export class ExportsEraser extends VisitorEraser implements OnModuleInit {
  constructor(
    private readonly erasers: VisitorErasers,
    private readonly exports: ExportsRepository,
    private readonly purger: ExportsPurger,
  ) {
    super();
  }

  onModuleInit(): void {
    this.erasers.register(this);
  }

  override async erase({ workspaceId }: ErasedTalks): Promise<Readonly<Record<string, number>>> {
    const exports = await this.exports.endAll(workspaceId);
    await this.purger.removeLeftovers();
    return { exports };
  }
}
