import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { ProvidersModule } from '#modules/providers';
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
import { PageExtractor } from './ports/page-extractor.port.js';
import { TextSplitter } from './ports/text-splitter.port.js';
import { RetrievalService } from './retrieval.service.js';
import { RetrievalRepository } from './retrieval/retrieval.repository.js';
import { SyncRunsRepository } from './sync-runs.repository.js';
import { EmbedChunks } from './use-cases/embed-chunks.js';
import { IndexPage } from './use-cases/index-page.js';
import { ReadPage } from './use-cases/read-page.js';
import { ReembedWorkspace } from './use-cases/reembed-workspace.js';
import { SyncDatasource } from './use-cases/sync-datasource.js';

@Module({
  imports: [MikroOrmModule.forFeature([Datasource, Document, SyncRun, SyncRunPage]), ProvidersModule],
  controllers: [DatasourcesController, EmbeddingsController],
  providers: [
    DatasourcesRepository,
    DatasourcesService,
    DocumentsRepository,
    EmbedChunks,
    EmbeddingSpaces,
    EmbeddingsRepository,
    EmbeddingsService,
    IndexPage,
    ReadPage,
    ReembedWorkspace,
    RetrievalRepository,
    RetrievalService,
    SyncDatasource,
    SyncRunsRepository,
    { provide: PageExtractor, useFactory: () => new ReadabilityPageExtractor() },
    { provide: TextSplitter, useFactory: () => new MarkdownTextSplitter() },
  ],
  exports: [DatasourcesService, EmbeddingsRepository, ReembedWorkspace, RetrievalService, SyncDatasource],
})
export class DatasourcesModule {}
