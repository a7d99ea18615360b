import { Global, Module } from '@nestjs/common';
import { RowReader } from './row-reader.js';

@Global()
@Module({ providers: [RowReader], exports: [RowReader] })
export class RowsModule {}
