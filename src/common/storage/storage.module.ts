import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { StorageConfig } from '#config';
import { FolderFileStore } from './adapters/folder.file-store.js';
import { FileStore } from './ports/file-store.port.js';

/** The one place where files are kept. */
@Global()
@Module({
  providers: [
    {
      provide: FileStore,
      inject: [StorageConfig],
      useFactory: ({ dataDir }: StorageConfig) => new FolderFileStore(join(dataDir, 'files')),
    },
  ],
  exports: [FileStore],
})
export class StorageModule {}
