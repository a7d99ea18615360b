import { Injectable, type OnModuleInit } from '@nestjs/common';
import { VisitorErasers } from '../erasure/visitor-erasers.js';
import { type ErasedTalks, VisitorEraser } from '../erasure/ports/visitor-eraser.port.js';
import { ImportUnderWay } from './conversation-imports.errors.js';
import { ConversationImportsRepository } from './conversation-imports.repository.js';

/** Files go when they have been read; a person is erased after that, with what they brought. */
@Injectable()
export class ImportFilesEraser extends VisitorEraser implements OnModuleInit {
  constructor(
    private readonly imports: ConversationImportsRepository,
    private readonly erasers: VisitorErasers,
  ) {
    super();
  }

  onModuleInit(): void {
    this.erasers.register(this);
  }

  /** @throws ImportUnderWay, upon which the erasure is tried again */
  async erase({ workspaceId }: ErasedTalks): Promise<Readonly<Record<string, number>>> {
    if (await this.imports.isAnyUnderWay(workspaceId)) throw new ImportUnderWay();
    return {};
  }
}
