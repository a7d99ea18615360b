import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { BucketConfig, StorageConfig } from '#config';
import { OutboundClient } from '#common/http';
import { FolderFileStore } from './adapters/folder.file-store.js';
import { FollowingFileStore } from './adapters/following.file-store.js';
import { S3Bucket } from './adapters/s3/s3-bucket.js';
import { S3FileStore } from './adapters/s3/s3.file-store.js';
import { FileStore } from './ports/file-store.port.js';

/** The one place where files are kept: a bucket where the settings name one, else a folder. */
@Global()
@Module({
  providers: [
    {
      provide: FileStore,
      inject: [StorageConfig, BucketConfig, OutboundClient],
      useFactory: ({ dataDir }: StorageConfig, bucket: BucketConfig, outbound: OutboundClient) => {
        const folder = new FolderFileStore(join(dataDir, 'files'), join(dataDir, 'source-files'));
        const inBucket = bucketOf(bucket, outbound);
        return inBucket ? new FollowingFileStore(new S3FileStore(inBucket), folder) : folder;
      },
    },
  ],
  exports: [FileStore],
})
export class StorageModule {}

function bucketOf(
  { name, accessKeyId = '', secretAccessKey = '', ...place }: BucketConfig,
  outbound: OutboundClient,
): S3Bucket | undefined {
  if (name === undefined) return undefined;
  return S3Bucket.through(outbound, { bucket: name, accessKeyId, secretAccessKey, ...place }, true);
}
