import { Module } from '@nestjs/common';
import { FilesHealth } from './files.health.js';

/** The check that files can be kept, for a process that says how it is. */
@Module({ providers: [FilesHealth] })
export class FilesHealthModule {}
