import { MikroOrmModule } from '@mikro-orm/nestjs';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { StorageConfig } from '#config';
import { ProvidersModule } from '#modules/providers';
import { DiskFileStorage } from './adapters/disk/disk.file-storage.js';
import { ThreadedFileExtractor } from './adapters/files/threaded.file-extractor.js';
import { MarkdownTextSplitter } from './adapters/markdown/markdown.text-splitter.js';
import { ReadabilityPageExtractor } from './adapters/readability/readability.page-extractor.js';
import { DatasourcesController } from './datasources.controller.js';
import { DatasourcesRepository } from './datasources.repository.js';
import { DatasourcesService } from './datasources.service.js';
import { DocumentsRepository } from './documents.repository.js';
import { EmbeddingsRepository } from './embeddings.repository.js';
import { Datasource } from './entities/datasource.entity.js';
import { Document } from './entities/document.entity.js';
import { SyncRun } from './entities/sync-run.entity.js';
import { SyncRunPage } from './entities/sync-run-page.entity.js';
import { FileExtractor } from './ports/file-extractor.port.js';
import { FileStorage } from './ports/file-storage.port.js';
import { PageExtractor } from './ports/page-extractor.port.js';
import { TextSplitter } from './ports/text-splitter.port.js';
import { FileReader } from './readers/file.reader.js';
import { SourceReaders } from './readers/source-readers.js';
import { TextReader } from './readers/text.reader.js';
import { UrlReader } from './readers/url.reader.js';
import { RetrievalService } from './retrieval.service.js';
import { RetrievalRepository } from './retrieval/retrieval.repository.js';
import { SyncRunsRepository } from './sync-runs.repository.js';
import { EmbedChunks } from './use-cases/embed-chunks.js';
import { IndexPage } from './use-cases/index-page.js';
import { ReadPage } from './use-cases/read-page.js';
import { ReembedWorkspace } from './use-cases/reembed-workspace.js';
import { CloseCrawl } from './use-cases/close-crawl.js';
import { CrawlSite } from './use-cases/crawl-site.js';
import { DiscoverPages } from './use-cases/discover-pages.js';
import { EmbedSource } from './use-cases/embed-source.js';
import { OpenCrawl } from './use-cases/open-crawl.js';
import { ReadRobots } from './use-cases/read-robots.js';
import { StorePages } from './use-cases/store-pages.js';
import { SyncSitePage } from './use-cases/sync-site-page.js';
import { VerifyPages } from './use-cases/verify-pages.js';
import { VisitPages } from './use-cases/visit-pages.js';
import { FrontierRepository } from './site/frontier.repository.js';
import { CrawlHostsRepository } from './site/crawl-hosts.repository.js';
import { SiteKind } from './readers/site.kind.js';
import { SweepFiles } from './use-cases/sweep-files.js';
import { SyncDatasource } from './use-cases/sync-datasource.js';
import { UploadFile } from './use-cases/upload-file.js';

@Module({
  imports: [MikroOrmModule.forFeature([Datasource, Document, SyncRun, SyncRunPage]), ProvidersModule],
  controllers: [DatasourcesController],
  providers: [
    CloseCrawl,
    CrawlHostsRepository,
    CrawlSite,
    DiscoverPages,
    EmbedSource,
    FrontierRepository,
    OpenCrawl,
    ReadRobots,
    SiteKind,
    StorePages,
    SyncSitePage,
    VerifyPages,
    VisitPages,
    DatasourcesRepository,
    DatasourcesService,
    DocumentsRepository,
    EmbedChunks,
    EmbeddingsRepository,
    FileReader,
    IndexPage,
    ReadPage,
    ReembedWorkspace,
    RetrievalRepository,
    RetrievalService,
    SourceReaders,
    SyncDatasource,
    SweepFiles,
    SyncRunsRepository,
    TextReader,
    UploadFile,
    UrlReader,
    {
      provide: FileStorage,
      inject: [StorageConfig],
      useFactory: ({ dataDir }: StorageConfig) => new DiskFileStorage(join(dataDir, 'files')),
    },
    { provide: FileExtractor, useFactory: () => new ThreadedFileExtractor() },
    { provide: PageExtractor, useFactory: () => new ReadabilityPageExtractor() },
    { provide: TextSplitter, useFactory: () => new MarkdownTextSplitter() },
  ],
  exports: [
    CrawlSite,
    DatasourcesService,
    EmbeddingsRepository,
    ReembedWorkspace,
    RetrievalService,
    SweepFiles,
    SyncDatasource,
    SyncSitePage,
  ],
})
export class DatasourcesModule {}
