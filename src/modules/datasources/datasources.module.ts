import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { BrowserConfig } from '#config';
import { OutboundClient } from '#common/http';
import { ProvidersModule } from '#modules/providers';
import { TablesModule } from '#modules/tables';
import { AbsentPageRenderer } from './adapters/chromium/absent.page-renderer.js';
import { ChromiumPageRenderer } from './adapters/chromium/chromium.page-renderer.js';
import { ThreadedFileExtractor } from './adapters/files/threaded.file-extractor.js';
import { MarkdownTextSplitter } from './adapters/markdown/markdown.text-splitter.js';
import { ReadabilityPageExtractor } from './adapters/readability/readability.page-extractor.js';
import { DatasourcesController } from './datasources.controller.js';
import { DatasourcesRepository } from './datasources.repository.js';
import { DatasourcesService } from './datasources.service.js';
import { DocumentsRepository } from './documents.repository.js';
import { EmbeddingSpaces } from './embedding-spaces.service.js';
import { EmbeddingsController } from './embeddings.controller.js';
import { EmbeddingsRepository } from './embeddings.repository.js';
import { EmbeddingsService } from './embeddings.service.js';
import { Datasource } from './entities/datasource.entity.js';
import { Document } from './entities/document.entity.js';
import { SyncRun } from './entities/sync-run.entity.js';
import { SyncRunPage } from './entities/sync-run-page.entity.js';
import { FileExtractor } from './ports/file-extractor.port.js';
import { PageExtractor } from './ports/page-extractor.port.js';
import { PageRenderer } from './ports/page-renderer.port.js';
import { TextSplitter } from './ports/text-splitter.port.js';
import { FileReader } from './readers/file.reader.js';
import { SourceFiles } from './source-files.js';
import { SourceReaders } from './readers/source-readers.js';
import { TextReader } from './readers/text.reader.js';
import { UrlReader } from './readers/url.reader.js';
import { RetrievalService } from './retrieval.service.js';
import { QaItemsController } from './qa-items.controller.js';
import { QaItemsRepository } from './qa/qa-items.repository.js';
import { QaItemsService } from './qa/qa-items.service.js';
import { QaReader } from './readers/qa.reader.js';
import { TableKind } from './readers/table.kind.js';
import { AttachedTables } from './table/attached-tables.service.js';
import { RowPassagesRepository } from './table/row-passages.repository.js';
import { TableSources } from './table/table-sources.js';
import { IndexRows } from './use-cases/index-rows.js';
import { SyncTable } from './use-cases/sync-table.js';
import { SourceSchedules } from './source-schedules.js';
import { PassageFilters } from './retrieval/passage-filters.service.js';
import { RerankPassages } from './retrieval/rerank-passages.js';
import { PassageMemory } from './retrieval/passage-memory.js';
import { PassageMemoryCensus } from './retrieval/passage-memory-census.js';
import { SEARCH_LIMITS, USUAL_SEARCH_LIMITS } from './retrieval/search-limits.js';
import { RetrievalRepository } from './retrieval/retrieval.repository.js';
import { SyncRunsRepository } from './sync-runs.repository.js';
import { BrowsePage } from './use-cases/browse-page.js';
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
import { KeepVectorIndex } from './use-cases/keep-vector-index.js';
import { VectorIndexesRepository } from './vector-indexes/vector-indexes.repository.js';

@Module({
  imports: [
    MikroOrmModule.forFeature([Datasource, Document, SyncRun, SyncRunPage]),
    ProvidersModule,
    TablesModule,
  ],
  controllers: [DatasourcesController, EmbeddingsController, QaItemsController],
  providers: [
    AttachedTables,
    BrowsePage,
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
    EmbeddingSpaces,
    EmbeddingsRepository,
    EmbeddingsService,
    FileReader,
    IndexPage,
    IndexRows,
    KeepVectorIndex,
    PassageFilters,
    ReadPage,
    ReembedWorkspace,
    RerankPassages,
    { provide: SEARCH_LIMITS, useValue: USUAL_SEARCH_LIMITS },
    PassageMemory,
    PassageMemoryCensus,
    RetrievalRepository,
    RowPassagesRepository,
    RetrievalService,
    SourceFiles,
    SourceReaders,
    SourceSchedules,
    SyncDatasource,
    SweepFiles,
    SyncRunsRepository,
    SyncTable,
    QaItemsRepository,
    QaItemsService,
    QaReader,
    TableKind,
    TableSources,
    TextReader,
    UploadFile,
    UrlReader,
    VectorIndexesRepository,
    { provide: FileExtractor, useFactory: () => new ThreadedFileExtractor() },
    { provide: PageExtractor, useFactory: () => new ReadabilityPageExtractor() },
    {
      provide: PageRenderer,
      inject: [BrowserConfig, OutboundClient],
      useFactory: ({ chromiumPath, chromiumSandbox }: BrowserConfig, outbound: OutboundClient) =>
        chromiumPath === undefined
          ? new AbsentPageRenderer()
          : new ChromiumPageRenderer({ executablePath: chromiumPath, hasSandbox: chromiumSandbox }, outbound),
    },
    { provide: TextSplitter, useFactory: () => new MarkdownTextSplitter() },
  ],
  exports: [
    QaItemsService,
    AttachedTables,
    CrawlSite,
    DatasourcesService,
    EmbeddingSpaces,
    EmbeddingsRepository,
    KeepVectorIndex,
    ReembedWorkspace,
    RetrievalService,
    RowPassagesRepository,
    SweepFiles,
    SyncDatasource,
    SyncTable,
    SyncSitePage,
    VectorIndexesRepository,
  ],
})
export class DatasourcesModule {}
